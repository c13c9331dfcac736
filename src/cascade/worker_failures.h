// What a worker tells of its failures, besides storing them in its node: lines in the log, and the
// conditions worker_stopped and worker_retries. And how long it waits before it tries again.
//
// Owned by the worker's loop, on whose thread it is used; `options` are the loop's, and may change.
#pragma once

#include "base/clock.h"
#include "base/growing_pause.h"
#include "base/repeated_messages.h"
#include "cascade/worker.h"
#include "pg/error.h"
#include "pg/error_class.h"
#include "pgq/conditions.h"

namespace cascade {

// Kinds of conditions that the worker tells of itself, with its consumer as subject.
inline constexpr const char* kWorkerStopped = "worker_stopped";  // needs the administrator
inline constexpr const char* kWorkerRetries = "worker_retries";  // may yet come right
// Needs the administrator, too. It is over when the provider has the tick, and not before.
inline constexpr const char* kProviderLostTime = "provider_lost_time";

class WorkerFailures {
 public:
  WorkerFailures(const WorkerOptions& options, WorkerObserver& observer,
                 pgq::Conditions& conditions);

  // Sets the condition, if it is worth one; `stopped_kind` is its kind where the failure needs
  // somebody. Stored by whoever stores the conditions.
  void SetCondition(const pg::Failure& failure, pg::ErrorClass error_class,
                    const char* stopped_kind);
  // Logs the failure, as often as it should be, and returns the pause before the next attempt.
  base::Duration Tell(const pg::Failure& failure, base::Duration longest);
  // The last round did not go well.
  bool failing() const { return retry_.taken() > 0; }
  // A round went well: the conditions are over, the next failure is a first one.
  void Over();
  void TellRecovery();

 private:
  const WorkerOptions& options_;
  WorkerObserver& observer_;
  pgq::Conditions& conditions_;
  base::GrowingPause retry_;
  base::RepeatedMessages messages_;
  pg::QuietFailures quiet_;
  bool condition_set_ = true;  // perhaps, by an earlier process
};

}  // namespace cascade
