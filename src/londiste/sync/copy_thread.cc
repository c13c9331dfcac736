#include "londiste/sync/copy_thread.h"

#include <spdlog/spdlog.h>

#include "pg/error.h"

namespace londiste::sync {

CopyThread::CopyThread(CopyJob job, Meeting& meeting, ProgressStore& progress,
                       base::Interrupt& main_wake)
    : job_(std::move(job)),
      board_(job_.table.name),
      handover_(meeting),
      progress_(progress),
      main_wake_(main_wake),
      thread_([this] { Main(); }) {}

CopyThread::~CopyThread() {
  while (!over()) {
    Cancel();
    handover_.AwaitEnd(base::Deadline::Never(), std::chrono::milliseconds(50));
    if (!over())
      std::this_thread::sleep_for(
          std::chrono::milliseconds(5));  // handed over, but still cleaning up
  }
  thread_.join();
}

void CopyThread::Main() noexcept {
  const Outcome outcome = Attempt();
  outcome_ = outcome;
  handover_.End(false);
  main_wake_.Wake();
}

CopyThread::Outcome CopyThread::Attempt() {
  try {
    const ProgressStore::Following followed(progress_, board_);
    CopyRun(job_, handover_, board_, interrupt_, main_wake_).Run();
    return Outcome::kOk;
  } catch (const SourceNotReady& error) {
    failure_.message = error.what();
    return Outcome::kNotReady;
  } catch (const CopyNotWanted& error) {
    failure_.message = error.what();
    return Outcome::kNotWanted;
  } catch (...) {
    failure_ = pg::DescribeCurrentFailure(&interrupt_);
    if (failure_.kind == pg::FailureKind::kInterrupted || interrupt_.cancelled())
      return Outcome::kInterrupted;
  }
  StoreCopyError(job_,
                 failure_.message + (failure_.hint.empty() ? "" : "\nHINT:  " + failure_.hint),
                 interrupt_);
  return Outcome::kFailed;
}

}  // namespace londiste::sync
