// A piece of work off the main worker's thread, with connections of its own: one run at a time,
// with a pause behind each that is in proportion to it, so that many changes one after the other
// make few runs; retried with growing pauses after a failure, the longer the more time the failed
// run took.
//
// Used on the worker's thread; the work itself runs on another one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "base/growing_pause.h"
#include "base/interrupt.h"

namespace londiste::sync {

class BackgroundTask {
 public:
  using Work = std::function<void(base::Interrupt&)>;

  // `what` for the log: "could not <what>: …".
  BackgroundTask(std::string what, base::Interrupt& main_wake);
  // Its destruction cancels a run and waits.
  BackgroundTask(const BackgroundTask&) = delete;

  // Starts a run unless one is under way or the pause after it is not over. `anew`: it is
  // not what failed before, so how long that took does not matter.
  bool StartIfDue(Work work, bool anew = false);
  // When the pause after the last run is over.
  base::Clock::time_point not_before() const { return not_before_; }

 private:
  struct Run {
    bool failed = false;  // these are valid when the thread is over
    base::Duration took{};
    std::optional<base::CancellableThread> thread;  // last: it uses all the others
  };
  void DoRun(const Work& work, Run& run, base::Interrupt& interrupt) noexcept;
  void Collect();

  std::string what_;
  base::Interrupt& main_wake_;
  base::Clock::time_point not_before_{}, not_again_before_{};
  base::GrowingPause pause_;
  std::unique_ptr<Run> run_;  // last: its thread uses all the others
};

}  // namespace londiste::sync
