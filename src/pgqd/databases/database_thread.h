// The ticker thread of one database: waits for PgQ to be there, makes sure that this pgqd is the
// only one, ticks, and keeps the threads for maintenance and retry events while it does.
//
// Made and destroyed by the main thread; everything else happens on its own thread. `shared`
// outlives it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "base/growing_pause.h"
#include "base/interrupt.h"
#include "base/repeated_messages.h"
#include "pg/error.h"
#include "pgqd/databases/periodic_task.h"
#include "pgqd/databases/shared_services.h"
#include "pgqd/failures/server_failures.h"

namespace pgqd {

class PgqSession;

class DatabaseThread {
 public:
  // `on_gone` is called, on the ticker's thread, when the database turns out not to be there.
  DatabaseThread(SharedServices& shared, std::string database, std::function<void()> on_gone);
  ~DatabaseThread();  // see base::CancellableThread

  const std::string& database() const { return database_; }
  void Wake() { thread_.Wake(); }  // options have changed
  void Stop() { thread_.Stop(); }
  void Cancel() { thread_.Cancel(); }
  bool ended() const { return thread_.over(); }
  // It has looked, and there is no PgQ. Any thread.
  bool found_no_pgq() const { return found_no_pgq_; }

 private:
  // What a visit found out, and so when to come again.
  enum class Visit { kNoPgq, kUntrusted, kInRecovery, kReadOnly, kAgain };

  void Run(base::Interrupt& interrupt);
  Visit VisitOnce(base::Interrupt& interrupt);
  bool FindPgq(PgqSession& session, Visit& reason);
  bool TrustsOwners(PgqSession& session);
  bool MayWrite(PgqSession& session, Visit& reason);
  bool TakeLock(PgqSession& session, base::Interrupt& interrupt);
  void StartTasks();
  void EndTasks();
  base::Duration PauseAfter(Visit visit) const;
  base::Duration PauseAfter(const pg::Failure& failure);
  bool SaysFirst(const std::string& what);
  bool RecoversFromTrouble();

  SharedServices& shared_;
  const std::string database_;
  const std::function<void()> on_gone_;
  base::RepeatedMessages failures_, maintenance_failures_;
  ServerFailures::Reporter server_failures_;
  base::GrowingPause reconnect_, retry_after_error_;
  std::atomic<bool> found_no_pgq_{false};
  bool ticking_ = false;    // since the last failure
  bool told_loss_ = false;  // that the connection was lost; it was not logged as an error
  std::string said_;        // why it does not tick, as it was logged; said once
  std::string owners_;      // the strangers among PgQ's owners, as they were logged
  std::string version_;     // of PgQ, as it was logged
  std::unique_ptr<PeriodicTask> maintenance_, retry_;
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace pgqd
