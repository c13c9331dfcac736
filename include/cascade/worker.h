// The worker of one node of a cascaded queue: keeps the node's state, reads batches from the
// provider and has a handler apply them, exactly once.
//
// Runs on the thread that calls Run, with a session to the node's own database, one to the
// provider, and a listening session for each. What it does is decided by the node's kind
// (node_duties.h), read from pgq_node again and again, so pausing, a change of provider or of the
// node's type need no restart.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "cascade/batch_handler.h"
#include "pg/quiet_failures.h"
#include "pgq/conditions.h"

namespace cascade {

struct WorkerOptions {
  std::string job_name, queue, consumer;
  std::string local_connstr;
  std::string remote_extra_connstr;  // added to the provider's location
  std::string application_name;
  std::string
      wake_channel;  // administrative commands notify it in the node's database; "" for none
  base::Duration loop_delay{1'000};
  bool loops = true;  // false: what waits is worked on, and that is all; a failure ends it
  base::Duration exception_sleep{20'000};
  pg::QuietFailureOptions quiet_failures;
  base::Duration connection_lifetime{1'200'000};
  base::Duration local_wm_publish_period{300'000};
  base::Duration global_wm_publish_period{300'000};
  pgq::ReadOptions reading;
};

// It must not start to: another process does, or this database is a copy of the node's.
class WorkerRefused : public base::Error {
 public:
  using Error::Error;
};

enum class Severity { kDebug, kInfo, kWarning, kError };

// What the program around the worker hears of it, on the worker's thread.
class WorkerObserver {
 public:
  virtual ~WorkerObserver() = default;
  virtual void Log(Severity severity, const std::string& line) = 0;
  // Once: the node was seen for the first time, or (nullptr) could not be seen and will be tried
  // again.
  virtual void Started(const NodeInfo* node) = 0;
  virtual void Applied(const BatchContext& context, const BatchStats& stats) = 0;
  virtual void ConditionChanged(const pgq::ConditionChange& change) = 0;
};

class WorkerLoop;

class Worker {
 public:
  // All references must outlive the worker. `conditions` of the queue: stored after each round; the
  // worker tells worker_stopped and worker_retries itself.
  Worker(WorkerOptions options, BatchHandler& handler, WorkerObserver& observer,
         pgq::Conditions& conditions, base::Interrupt& interrupt);
  ~Worker();
  Worker(const Worker&) = delete;

  // Until the interrupt stops (the batch in hand is completed) or cancels (it is rolled back), or,
  // without looping, until nothing waits.
  // Failures are stored in the node, logged and retried with growing delays, those that need
  // somebody more seldom. Throws what trying again cannot help: base::ConfigError and, before the
  // first look at a batch, WorkerRefused; without looping every failure.
  void Run();

  // From any thread: takes effect before the next batch. job_name, queue, consumer, wake_channel
  // and local_connstr stay as they are.
  void Reconfigure(WorkerOptions options);

 private:
  std::unique_ptr<WorkerLoop> loop_;
};

}  // namespace cascade
