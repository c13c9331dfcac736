#include "pgqd/databases/periodic_task.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/growing_pause.h"
#include "pg/error.h"
#include "pg/error_class.h"
#include "pgqd/failures/failure_meaning.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/threads/service_thread.h"

namespace pgqd {
namespace {

using base::Deadline;
using base::Duration;

// After an error of the work itself, as in SkyTools' pgqd.
constexpr Duration kAfterError{20'000};
constexpr Duration kFirstRetry{250}, kLongestRetry{10'000};

}  // namespace

PeriodicTask::PeriodicTask(SharedServices& shared, std::string database, std::string name,
                           Work work, Period period)
    : shared_(shared),
      database_(std::move(database)),
      name_(std::move(name)),
      work_(std::move(work)),
      period_(std::move(period)),
      server_failures_(shared.server_failures),
      thread_(ServiceWork(name_.substr(0, 5) + " " + database_,
                          [this](base::Interrupt& interrupt) { Run(interrupt); })) {}

void PeriodicTask::Run(base::Interrupt& interrupt) {
  base::GrowingPause retry(
      {.first = kFirstRetry, .longest = kLongestRetry, .jitter = base::kSpread});
  while (!interrupt.stopping()) {
    Duration pause;
    try {
      pause = RunOnce(interrupt);
      retry.Reset();
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
      if (failure.kind == pg::FailureKind::kInterrupted) return;
      const bool mended_by_waiting = failure.kind != pg::FailureKind::kSql ||
                                     pg::Classify(failure) == pg::ErrorClass::kTransient;
      pause =
          mended_by_waiting ? retry.Next() : std::min(kAfterError, period_(*shared_.options.Get()));
      Report(failure, pause);
    }
    interrupt.Sleep(pause == Duration::max() ? Deadline::Never() : Deadline::After(pause));
  }
}

void PeriodicTask::Report(const pg::Failure& failure, Duration pause) {
  const std::string where = DatabaseText(database_) + ": " + name_;
  // The ticker of the database reports a server that is away; once is enough.
  if (ServerIsAway(failure) || DatabaseIsGone(failure)) {
    spdlog::debug("{}", FailureText(where, failure, pause));
  } else if (failure.kind == pg::FailureKind::kConnectFailed) {
    server_failures_.Report(where, failure, pause);
  } else {
    LogFailure(failures_, where, failure, pause);
  }
}

Duration PeriodicTask::RunOnce(base::Interrupt& interrupt) {
  const auto options = shared_.options.Get();
  const SessionLimit::Pass pass = shared_.session_limit.Enter(interrupt);
  if (interrupt.stopping()) return Duration::zero();
  pg::Connection connection(ConnectTo(*options, database_, name_), interrupt);
  server_failures_.Clear();
  const bool done = work_(connection);
  if (done) failures_.Clear();
  const Duration period = period_(*options);
  return done ? period : std::min(kAfterError, period);
}

}  // namespace pgqd
