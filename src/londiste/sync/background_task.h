// A piece of work off the main worker's thread, with connections of its own: one run at a time,
// retried with growing pauses after a failure, the longer the more time the failed run took.
//
// Used on the worker's thread; the work itself runs on another one.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/interrupt.h"

namespace londiste::sync {

class BackgroundTask {
 public:
  using Work = std::function<void(base::Interrupt&)>;

  // `what` for the log: "could not <what>: …".
  BackgroundTask(std::string what, base::Interrupt& main_wake)
      : what_(std::move(what)), main_wake_(main_wake) {}
  ~BackgroundTask();  // cancels and waits
  BackgroundTask(const BackgroundTask&) = delete;

  // Starts a run unless one is under way or the pause after a failure is not over. `anew`: it is
  // not what failed before, so how long that took does not matter.
  bool StartIfDue(Work work, bool anew = false);

 private:
  struct Run {
    base::Interrupt interrupt;
    std::thread thread;
    std::atomic<bool> over{false};
    bool failed = false;  // these are valid when over
    base::Duration took{};
  };
  void Collect();

  std::string what_;
  base::Interrupt& main_wake_;
  std::unique_ptr<Run> run_;
  base::Clock::time_point not_before_{}, not_again_before_{};
  base::Duration pause_{1'000};
};

}  // namespace londiste::sync
