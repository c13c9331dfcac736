// Waiting for a condition in a database that cannot be waited for otherwise.
#pragma once

#include <chrono>
#include <functional>

#include "base/interrupt.h"

namespace londiste::node {

// Asks `done` at once, then after pauses that grow from 20 ms to one second. Calls `reminder` each
// time `remind_every` has passed. Throws base::Interrupted.
void PollUntil(base::Interrupt& interrupt, const std::function<bool()>& done,
               std::chrono::milliseconds remind_every, const std::function<void()>& reminder);

}  // namespace londiste::node
