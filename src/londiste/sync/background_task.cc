#include "londiste/sync/background_task.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "pg/error.h"

namespace londiste::sync {
namespace {

constexpr base::Duration kFirstPause{1'000}, kLongestPause{300'000};
// A run that reads a large table, to find that it still does not fit, is not to keep the disk busy.
constexpr int kPausePerRun = 20;
constexpr base::Duration kLongestPauseAfterLongRun{3'600'000};

}  // namespace

BackgroundTask::~BackgroundTask() {
  if (!run_) return;
  while (!run_->over) {
    run_->interrupt.Cancel();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  run_->thread.join();
}

void BackgroundTask::Collect() {
  if (!run_ || !run_->over) return;
  run_->thread.join();
  if (run_->failed) {
    const auto now = base::Clock::now();
    not_before_ = now + pause_;
    not_again_before_ = now + std::min(run_->took * kPausePerRun, kLongestPauseAfterLongRun);
    pause_ = std::min(pause_ * 2, kLongestPause);
  } else {
    pause_ = kFirstPause;
  }
  run_.reset();
}

bool BackgroundTask::StartIfDue(Work work, bool anew) {
  Collect();
  const auto now = base::Clock::now();
  if (run_ || now < not_before_ || (!anew && now < not_again_before_)) return false;
  run_ = std::make_unique<Run>();
  run_->thread = std::thread([this, run = run_.get(), work = std::move(work)] {
    const auto start = base::Clock::now();
    try {
      work(run->interrupt);
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&run->interrupt);
      if (failure.kind != pg::FailureKind::kInterrupted) {
        run->failed = true;
        spdlog::warn("could not {}: {}{}", what_, failure.message,
                     failure.hint.empty() ? "" : "\nHINT:  " + failure.hint);
      }
    }
    run->took = std::chrono::duration_cast<base::Duration>(base::Clock::now() - start);
    run->over = true;
    main_wake_.Wake();
  });
  return true;
}

}  // namespace londiste::sync
