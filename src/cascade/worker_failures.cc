#include "cascade/worker_failures.h"

#include <string>

#include "cascade/failure_text.h"

namespace cascade {
namespace {

constexpr int kFailuresToTell = 5;

}  // namespace

WorkerFailures::WorkerFailures(const WorkerOptions& options, WorkerObserver& observer,
                               pgq::Conditions& conditions)
    : options_(options),
      observer_(observer),
      conditions_(conditions),
      retry_(base::PauseAfterFailure(options.exception_sleep)) {}

void WorkerFailures::SetCondition(const pg::Failure& failure, pg::ErrorClass error_class,
                                  const char* stopped_kind) {
  const bool stopped = error_class == pg::ErrorClass::kNeedsSomebody;
  // A deadlock or two, a server that starts again, is nothing to tell.
  if (!stopped && retry_.taken() < kFailuresToTell) return;
  const std::string kind = stopped ? stopped_kind : kWorkerRetries;
  for (const char* other : {kWorkerStopped, kWorkerRetries})
    if (other != kind) conditions_.Clear(other, options_.consumer);
  conditions_.Set(
      {.kind = kind,
       .subject = options_.consumer,
       .severity = stopped ? pgq::ConditionSeverity::kError : pgq::ConditionSeverity::kWarning,
       .message = failure.message,
       .hint = failure.hint});
  condition_set_ = true;
}

base::Duration WorkerFailures::Tell(const pg::Failure& failure, base::Duration longest) {
  const base::Duration pause = retry_.Next(longest);
  const std::string text = FailureText(options_.job_name, failure);
  const Severity severity =
      quiet_.Add(failure, options_.quiet_failures) ? Severity::kWarning : Severity::kError;
  // One that has lasted beyond its grace is told anew.
  if (const auto repeats = messages_.Add((severity == Severity::kError ? "" : "quiet ") + text)) {
    observer_.Log(severity, FailureLine(text, *repeats, pause));
    if (!failure.hint.empty()) observer_.Log(severity, "HINT:  " + failure.hint);
  }
  return pause;
}

void WorkerFailures::Over() {
  retry_.Reset();
  if (!condition_set_) return;
  conditions_.Clear(kWorkerStopped, options_.consumer);
  conditions_.Clear(kWorkerRetries, options_.consumer);
  condition_set_ = false;
}

void WorkerFailures::TellRecovery() {
  if (const auto failures = messages_.Clear())
    observer_.Log(Severity::kInfo, RecoveryLine(*failures));
}

}  // namespace cascade
