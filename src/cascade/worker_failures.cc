#include "cascade/worker_failures.h"

#include <string>

#include "cascade/failure_text.h"

namespace cascade {
namespace {

// Conditions that the worker tells of itself, with its consumer as subject.
constexpr const char* kStopped = "worker_stopped";  // needs the administrator
constexpr const char* kRetries = "worker_retries";  // fails again and again, but may come right
constexpr int kFailuresToTell = 5;

}  // namespace

WorkerFailures::WorkerFailures(const WorkerOptions& options, WorkerObserver& observer,
                               pgq::Conditions& conditions)
    : options_(options),
      observer_(observer),
      conditions_(conditions),
      retry_(base::PauseAfterFailure(options.exception_sleep)) {}

void WorkerFailures::SetCondition(const pg::Failure& failure, pg::ErrorClass error_class) {
  const bool stopped = error_class == pg::ErrorClass::kNeedsSomebody;
  // A deadlock or two, a server that starts again, is nothing to tell.
  if (!stopped && retry_.taken() < kFailuresToTell) return;
  conditions_.Clear(stopped ? kRetries : kStopped, options_.consumer);
  conditions_.Set(
      {.kind = stopped ? kStopped : kRetries,
       .subject = options_.consumer,
       .severity = stopped ? pgq::ConditionSeverity::kError : pgq::ConditionSeverity::kWarning,
       .message = failure.message,
       .hint = failure.hint});
  condition_set_ = true;
}

base::Duration WorkerFailures::Tell(const pg::Failure& failure, base::Duration longest) {
  const base::Duration pause = retry_.Next(longest);
  const std::string text = FailureText(options_.job_name, failure);
  if (const auto repeats = messages_.Add(text)) {
    observer_.Log(Severity::kError, FailureLine(text, *repeats, pause));
    if (!failure.hint.empty()) observer_.Log(Severity::kError, "HINT:  " + failure.hint);
  }
  return pause;
}

void WorkerFailures::Over() {
  retry_.Reset();
  if (!condition_set_) return;
  conditions_.Clear(kStopped, options_.consumer);
  conditions_.Clear(kRetries, options_.consumer);
  condition_set_ = false;
}

void WorkerFailures::TellRecovery() {
  if (const auto failures = messages_.Clear())
    observer_.Log(Severity::kInfo, RecoveryLine(*failures));
}

}  // namespace cascade
