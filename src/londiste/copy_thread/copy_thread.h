// The thread of one table copy: runs one attempt and reports how it ended. The next attempt is a
// new thread, after a pause that TableSync keeps.
//
// Made, asked and destroyed on the worker's thread.
#pragma once

#include <atomic>
#include <string>

#include "base/cancellable_thread.h"
#include "base/interrupt.h"
#include "londiste/copy_thread/copy_monitor.h"
#include "londiste/copy_thread/copy_run.h"
#include "londiste/copy_thread/handover.h"
#include "londiste/copy_thread/idle_sessions.h"
#include "londiste/copy_thread/progress_store.h"
#include "pg/error.h"

namespace londiste::copy_thread {

class CopyThread {
 public:
  enum class Outcome { kRunning, kOk, kNotReady, kFailed, kNotWanted, kInterrupted };

  CopyThread(CopyJob job, IdleSessions& idle, MainWorkerPosition& main, ProgressStore& progress,
             base::Interrupt& main_wake);
  // Its destruction cancels and waits.
  CopyThread(const CopyThread&) = delete;

  const std::string& table() const { return job_.table.name; }
  const tables::Table& job_table() const { return job_.table; }
  const CopyMonitor& monitor() const { return monitor_; }
  Handover& handover() { return handover_; }
  bool over() const { return outcome_ != Outcome::kRunning; }
  Outcome outcome() const { return outcome_; }
  const std::string& message() const { return failure_.message; }  // REQUIRES: over()
  const pg::Failure& failure() const { return failure_; }          // REQUIRES: over()

  void Wake() { thread_.Wake(); }
  // Does not wait. Called again and again until over(): a cancel request may reach the server
  // between two statements.
  void Cancel() { thread_.Cancel(); }
  bool cancelled() const { return thread_.cancelled(); }

 private:
  void Main(base::Interrupt& interrupt) noexcept;
  Outcome Attempt(base::Interrupt& interrupt);
  CopyJob job_;
  CopyMonitor monitor_;
  Handover handover_;
  IdleSessions& idle_;
  ProgressStore& progress_;
  base::Interrupt& main_wake_;
  pg::Failure failure_;
  std::atomic<Outcome> outcome_{Outcome::kRunning};
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace londiste::copy_thread
