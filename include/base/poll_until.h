// Waiting for something that can only be asked for, again and again.
#pragma once

#include <functional>

#include "base/clock.h"
#include "base/interrupt.h"

namespace base {

// Asks `done` until it is true, at first often, then once a second. `reminder` runs each
// `remind_every` that passes. Throws base::Interrupted when interrupted, and what `done` and
// `reminder` throw.
void PollUntil(Interrupt& interrupt, const std::function<bool()>& done, Duration remind_every,
               const std::function<void()>& reminder);
// The same until the deadline; returns whether it came true.
bool PollUntil(Interrupt& interrupt, const std::function<bool()>& done, Deadline deadline);

}  // namespace base
