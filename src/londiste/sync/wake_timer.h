// Wakes the main worker at a given time: an idle worker may sleep longer than the pause after which
// a copy is to be tried again.
//
// Set by the worker's thread. Its own thread starts with the first Set and ends with the object.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/interrupt.h"

namespace londiste::sync {

class WakeTimer {
 public:
  explicit WakeTimer(base::Interrupt& wake) : wake_(wake) {}
  ~WakeTimer();
  WakeTimer(const WakeTimer&) = delete;

  // Replaces the time that was set before and has not come yet.
  void Set(base::Clock::time_point when);

 private:
  void Run();
  base::Interrupt& wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  base::Clock::time_point when_ = base::Clock::time_point::max();
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace londiste::sync
