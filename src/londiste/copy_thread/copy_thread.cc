#include "londiste/copy_thread/copy_thread.h"

#include <spdlog/spdlog.h>

#include <sstream>

#include "base/error.h"
#include "pg/error.h"

namespace londiste::copy_thread {
namespace {

// Inside a catch block: `COPY t, line 5, column a`, where COPY was refused a row. The value that
// the server adds after a colon stays out of the log.
std::string PlaceInCopy() {
  try {
    throw;
  } catch (const pg::SqlError& error) {
    std::istringstream context(error.context());
    for (std::string line; std::getline(context, line);)
      if (line.starts_with("COPY ")) return line.substr(0, line.find(':'));
  } catch (...) {
  }
  return "";
}

// Inside a catch block: ` (SQLSTATE 22P02, COPY t, line 5, column a)`.
std::string Where(const pg::Failure& failure) {
  if (failure.sqlstate.empty()) return "";
  const std::string place = PlaceInCopy();
  return " (SQLSTATE " + failure.sqlstate + (place.empty() ? "" : ", " + place) + ")";
}

}  // namespace

CopyThread::CopyThread(CopyJob job, IdleSessions& idle, MainWorkerPosition& main,
                       ProgressStore& progress, base::Interrupt& main_wake)
    : job_(std::move(job)),
      monitor_(job_.table.name, [&main_wake] { main_wake.Wake(); }),
      handover_(main),
      idle_(idle),
      progress_(progress),
      main_wake_(main_wake),
      thread_([this](base::Interrupt& interrupt) { Main(interrupt); }, &main_wake) {}

void CopyThread::Main(base::Interrupt& interrupt) noexcept {
  outcome_ = Attempt(interrupt);
  handover_.End(false);
}

CopyThread::Outcome CopyThread::Attempt(base::Interrupt& interrupt) {
  try {
    const ProgressStore::Following followed(progress_, monitor_);
    CopyRun(job_, idle_, handover_, monitor_, interrupt, main_wake_).Run();
    return Outcome::kOk;
  } catch (const SourceNotReady& error) {
    failure_.message = error.what();
    return Outcome::kNotReady;
  } catch (const tables::CopyNotWanted& error) {
    failure_.message = error.what();
    return Outcome::kNotWanted;
  } catch (...) {
    failure_ = pg::DescribeCurrentFailure(&interrupt);
    if (failure_.kind == pg::FailureKind::kInterrupted || interrupt.cancelled())
      return Outcome::kInterrupted;
    failure_.message += Where(failure_);
  }
  StoreCopyError(job_, base::WithHint(failure_.message, failure_.hint), interrupt);
  return Outcome::kFailed;
}

}  // namespace londiste::copy_thread
