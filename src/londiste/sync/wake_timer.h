// Wakes the main worker at a given time: an idle worker may sleep longer than the pause after which
// a copy is to be tried again.
//
// Set by the worker's thread. Its own thread starts with the first Set and ends with the object.
#pragma once

#include <mutex>
#include <optional>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "base/interrupt.h"

namespace londiste::sync {

class WakeTimer {
 public:
  explicit WakeTimer(base::Interrupt& wake) : wake_(wake) {}
  WakeTimer(const WakeTimer&) = delete;

  // Replaces the time that was set before and has not come yet.
  void Set(base::Clock::time_point when);

 private:
  void Run(base::Interrupt& own);
  base::Interrupt& wake_;
  std::mutex mutex_;  // when_
  base::Clock::time_point when_ = base::Clock::time_point::max();
  std::optional<base::CancellableThread> thread_;  // last: it uses all the others
};

}  // namespace londiste::sync
