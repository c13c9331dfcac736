#include "londiste/sync/background_task.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "pg/error.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kFirstPause{1'000}, kLongestPause{300'000};
// A run that reads a large table, to find that it still does not fit, is not to keep the disk busy.
constexpr int kPausePerRun = 20;
constexpr base::Duration kLongestPauseAfterLongRun{3'600'000};
// After a good one.
constexpr int kRestPerRun = 4;
constexpr base::Duration kLongestRest{2'000};

}  // namespace

BackgroundTask::BackgroundTask(std::string what, base::Interrupt& main_wake)
    : what_(std::move(what)),
      main_wake_(main_wake),
      pause_({.first = kFirstPause, .longest = kLongestPause}) {}

void BackgroundTask::Collect() {
  if (!run_ || !run_->thread->over()) return;
  const auto now = base::Clock::now();
  if (run_->failed) {
    not_before_ = now + pause_.Next();
    not_again_before_ = now + std::min(run_->took * kPausePerRun, kLongestPauseAfterLongRun);
  } else {
    not_before_ = now + std::min(run_->took * kRestPerRun, kLongestRest);
    pause_.Reset();
  }
  run_.reset();
}

bool BackgroundTask::StartIfDue(Work work, bool anew) {
  Collect();
  const auto now = base::Clock::now();
  if (run_ || now < not_before_ || (!anew && now < not_again_before_)) return false;
  auto run = std::make_unique<Run>();
  run->thread.emplace([this, run = run.get(), work = std::move(work)](
                          base::Interrupt& interrupt) { DoRun(work, *run, interrupt); },
                      &main_wake_);
  run_ = std::move(run);
  return true;
}

void BackgroundTask::DoRun(const Work& work, Run& run, base::Interrupt& interrupt) noexcept {
  const auto start = base::Clock::now();
  try {
    work(interrupt);
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
    if (failure.kind != pg::FailureKind::kInterrupted) {
      run.failed = true;
      spdlog::warn("could not {}: {}", what_, base::WithHint(failure.message, failure.hint));
    }
  }
  run.took = std::chrono::duration_cast<base::Duration>(base::Clock::now() - start);
}

}  // namespace londiste::sync
