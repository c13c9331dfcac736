// The ticker thread of one database: waits for PgQ to be there, makes sure that this pgqd is the
// only one, ticks, and keeps the threads for maintenance and retry events while it does.
//
// Made and destroyed by the main thread; everything else happens on its own thread. `options`,
// `gate` and `statistics` outlive it.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/interrupt.h"
#include "pgqd/chore.h"
#include "pgqd/failure_log.h"
#include "pgqd/options.h"
#include "pgqd/service_thread.h"
#include "pgqd/statistics.h"
#include "pgqd/wal_gate.h"

namespace pgqd {

class TickingSession;

class Ticker {
 public:
  Ticker(const LiveOptions& options, WalGate& gate, Statistics& statistics, std::string database);
  ~Ticker();  // see ServiceThread

  const std::string& database() const { return database_; }
  void Wake() { thread_.Wake(); }  // options have changed
  void Stop() { thread_.Stop(); }
  void Cancel() { thread_.Cancel(); }
  bool ended() const { return thread_.ended(); }

 private:
  // What a visit found out, and so when to come again.
  enum class Visit { kNoPgq, kInRecovery, kAgain };

  void Run(base::Interrupt& interrupt);
  Visit VisitOnce(base::Interrupt& interrupt);
  bool FindPgq(TickingSession& session);
  bool BecomeTheOne(TickingSession& session, base::Interrupt& interrupt);
  void StartChores();
  base::Duration PauseAfter(Visit visit) const;
  bool SaysFirst(const std::string& what);

  const LiveOptions& options_;
  WalGate& gate_;
  Statistics& statistics_;
  const std::string database_;
  FailureLog failures_, maintenance_failures_;
  std::string said_;     // why it does not tick, as it was logged; said once
  std::string version_;  // of PgQ, as it was logged
  std::unique_ptr<Chore> maintenance_, retry_;
  ServiceThread thread_;  // last: it uses all the others
};

}  // namespace pgqd
