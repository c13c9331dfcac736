#include "pgqd/databases/database_thread.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "pg/error.h"
#include "pg/error_class.h"
#include "pgqd/failures/failure_meaning.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/threads/service_thread.h"
#include "pgqd/work/maintenance.h"
#include "pgqd/work/pgq_session.h"
#include "pgqd/work/tick_loop.h"

namespace pgqd {
namespace {

using base::Deadline;
using base::Duration;

// A server that was restarted must be ticked again within a second or two, however long it was
// away.
constexpr Duration kFirstReconnect{200}, kLongestReconnect{1500};
// What the server refuses does not change that fast.
constexpr Duration kFirstRetry{1000}, kLongestRetry{10'000};
constexpr Duration kLockPause{1000};
// The server may not have noticed yet that this pgqd's own former connection was closed.
constexpr Duration kShortLockPause{50};
constexpr int kOwnSessionMayLinger = 10;
constexpr Duration kRecoveryPause{2000};
// The setting of a database or a role is read when a session starts.
constexpr Duration kReadOnlyPause{10'000};

}  // namespace

DatabaseThread::DatabaseThread(SharedServices& shared, std::string database,
                               std::function<void()> on_gone)
    : shared_(shared),
      database_(std::move(database)),
      on_gone_(std::move(on_gone)),
      server_failures_(shared.server_failures),
      reconnect_({.first = kFirstReconnect, .longest = kLongestReconnect, .jitter = base::kSpread}),
      retry_after_error_({.first = kFirstRetry, .longest = kLongestRetry, .jitter = base::kSpread}),
      thread_(ServiceWork("tick " + database_,
                          [this](base::Interrupt& interrupt) { Run(interrupt); })) {}

DatabaseThread::~DatabaseThread() = default;

void DatabaseThread::Run(base::Interrupt& interrupt) {
  while (!interrupt.stopping()) {
    Duration pause;
    try {
      pause = PauseAfter(VisitOnce(interrupt));
      reconnect_.Reset();
      retry_after_error_.Reset();
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
      if (failure.kind == pg::FailureKind::kInterrupted) break;
      pause = PauseAfter(failure);
    }
    if (pause > Duration::zero()) interrupt.Sleep(Deadline::After(pause));
  }
  EndTasks();
}

Duration DatabaseThread::PauseAfter(Visit visit) const {
  switch (visit) {
    case Visit::kNoPgq:
    case Visit::kUntrusted:
      return shared_.options.Get()->check_period;
    case Visit::kInRecovery:
      return kRecoveryPause;
    case Visit::kReadOnly:
      return std::min(kReadOnlyPause, shared_.options.Get()->check_period);
    case Visit::kAgain:
      break;
  }
  return Duration::zero();
}

// Logs what went wrong, as loud as it deserves.
Duration DatabaseThread::PauseAfter(const pg::Failure& failure) {
  const std::string where = DatabaseText(database_);
  const bool was_ticking = std::exchange(ticking_, false);
  if (was_ticking) {
    reconnect_.Reset();
    retry_after_error_.Reset();
  }
  const bool transient = pg::Classify(failure) == pg::ErrorClass::kTransient;
  const Duration pause = transient ? reconnect_.Next() : retry_after_error_.Next();
  if (failure.kind == pg::FailureKind::kConnectionLost && !std::exchange(told_loss_, true)) {
    // The next attempt tells whether it matters: the server may be there, the database gone.
    spdlog::info("{}", FailureText(where, failure, pause));
  } else if (was_ticking && PgqHasChanged(failure)) {
    spdlog::info("{}: PgQ has changed ({}), looking at it again", where,
                 PrintableText(failure.message));
    return Duration::zero();
  } else if (DatabaseIsGone(failure) && shared_.options.Get()->database_list.empty()) {
    if (SaysFirst("gone")) spdlog::info("{}: the database is gone", where);
    EndTasks();
    on_gone_();
  } else if (failure.kind == pg::FailureKind::kConnectFailed || ServerIsAway(failure)) {
    server_failures_.Report(where, failure, pause);
  } else {
    LogFailure(failures_, where, failure, pause);
  }
  return pause;
}

// True when `what` was not the last thing said: states are logged when they begin.
bool DatabaseThread::SaysFirst(const std::string& what) {
  if (said_ == what) return false;
  said_ = what;
  return true;
}

// Whether there was trouble that was logged.
bool DatabaseThread::RecoversFromTrouble() {
  const bool told = std::exchange(told_loss_, false);
  const bool away = server_failures_.Clear();
  return failures_.Clear() || away || told;
}

DatabaseThread::Visit DatabaseThread::VisitOnce(base::Interrupt& interrupt) {
  SessionLimit::Pass pass = shared_.session_limit.Enter(interrupt);
  if (interrupt.stopping()) return Visit::kAgain;
  PgqSession session(*shared_.options.Get(), database_, interrupt);
  Visit reason = Visit::kNoPgq;
  if (!FindPgq(session, reason) || !MayWrite(session, reason)) {
    EndTasks();
    if (RecoversFromTrouble()) spdlog::info("{}: connected again", DatabaseText(database_));
    return reason;
  }
  pass.GiveBack();
  if (!TakeLock(session, interrupt)) return Visit::kAgain;
  session.Prepare();
  StartTasks();
  TickLoop(session, database_,
           {.options = shared_.options,
            .counters = shared_.counters,
            .wal_watch = shared_.wal_watch,
            .tick_budget = shared_.tick_budget,
            .failures = failures_,
            .interrupt = interrupt,
            .on_retry_due = [this] { retry_->Wake(); },
            .on_success =
                [this] {
                  ticking_ = true;
                  if (RecoversFromTrouble())
                    spdlog::info("{}: ticking again", DatabaseText(database_));
                }})
      .Run();
  return Visit::kAgain;
}

// Whoever owns a function of PgQ does with it what pgqd's role may do.
bool DatabaseThread::TrustsOwners(PgqSession& session) {
  const PgqSession::Owners owners = session.WhoOwnsPgq();
  const bool refuse = !owners.strangers.empty() && shared_.options.Get()->trusted_owners_only;
  const std::string told = owners.strangers + (refuse ? " refused" : "");
  if (std::exchange(owners_, told) == told || owners.strangers.empty()) return !refuse;
  spdlog::log(refuse || owners.superuser ? spdlog::level::warn : spdlog::level::info,
              "{}: PgQ here belongs to {}, and its functions run with the rights of {} \"{}\"{}",
              DatabaseText(database_), PrintableText(owners.strangers),
              owners.superuser ? "superuser" : "user", PrintableText(owners.role),
              refuse ? "; not serving this database (trusted_owners_only)" : "");
  if (owners.superuser)
    spdlog::warn(
        "HINT:  Let pgqd connect as an ordinary role that is a member of pgq_admin, or make a "
        "superuser the owner of schemas pgq, pgq_node and londiste and of what is in them.");
  return !refuse;
}

bool DatabaseThread::FindPgq(PgqSession& session, Visit& reason) {
  found_no_pgq_ = !session.HasPgq();
  if (found_no_pgq_) {
    if (!std::exchange(version_, "").empty())
      spdlog::info("{}: PgQ is gone", DatabaseText(database_));
    if (SaysFirst("no pgq")) spdlog::debug("{}: no pgq", DatabaseText(database_));
    return false;
  }
  if (!TrustsOwners(session)) {
    version_.clear();
    reason = Visit::kUntrusted;
    return false;
  }
  const std::optional<std::string> version = session.Version();
  if (!version || version->empty() || version->front() < '3') {
    version_.clear();
    if (SaysFirst("bad version"))
      spdlog::warn("{}: bad pgq version, ignoring: {}", DatabaseText(database_),
                   version ? "\"" + PrintableText(*version) + "\"" : "none");
    return false;
  }
  if (std::exchange(version_, *version) != *version)
    spdlog::info("{}: pgq version ok: {}", DatabaseText(database_), PrintableText(*version));
  return true;
}

// False: not now, and `reason` says why.
bool DatabaseThread::MayWrite(PgqSession& session, Visit& reason) {
  if (session.InRecovery()) {
    if (SaysFirst("recovery"))
      spdlog::info("{}: the server is in recovery, waiting for its promotion",
                   DatabaseText(database_));
    reason = Visit::kInRecovery;
    return false;
  }
  if (session.IsReadOnly()) {
    if (SaysFirst("read-only"))
      spdlog::warn(
          "{}: default_transaction_read_only is on here, so pgqd makes no ticks until it is off",
          DatabaseText(database_));
    reason = Visit::kReadOnly;
    return false;
  }
  return true;
}

// False: the thread is to stop, or the connection has lived long enough.
bool DatabaseThread::TakeLock(PgqSession& session, base::Interrupt& interrupt) {
  int attempts = 0;
  bool impostor = false;
  while (!session.TryLock()) {
    if (++attempts >= kOwnSessionMayLinger) {
      const PgqSession::LockHolder holder = session.WhoHoldsLock();
      impostor = holder.pid != 0 && !holder.may_tick;
      if (impostor) {
        if (SaysFirst("impostor"))
          spdlog::warn(
              "{}: user \"{}\" (server process {}) holds pgqd's lock and may not tick: ticking "
              "without it; nothing keeps another pgqd from ticking beside this one",
              DatabaseText(database_), PrintableText(holder.user), holder.pid);
        break;
      }
      EndTasks();
      if (SaysFirst("another pgqd"))
        spdlog::warn(
            "{}: another pgqd ticks this database (its server process is {}); waiting until it "
            "ends",
            DatabaseText(database_), holder.pid);
    }
    interrupt.Sleep(
        Deadline::After(attempts < kOwnSessionMayLinger ? kShortLockPause : kLockPause));
    if (interrupt.stopping() ||
        base::Clock::now() - session.connected_at() > shared_.options.Get()->connection_lifetime)
      return false;
  }
  if (said_ == "another pgqd")
    spdlog::info("{}: the other pgqd has ended, ticking now", DatabaseText(database_));
  if (session.pooled() && SaysFirst("pooled"))
    spdlog::info(
        "{}: connected through a connection pooler; nothing keeps another pgqd from ticking "
        "beside this one",
        DatabaseText(database_));
  if (!session.pooled() && !impostor) said_.clear();  // all is well: whatever comes next is news
  return true;
}

void DatabaseThread::StartTasks() {
  if (!maintenance_)
    maintenance_ = std::make_unique<PeriodicTask>(
        shared_, database_, "maintenance",
        [this](pg::Connection& connection) {
          const bool done = RunMaintenance(connection, database_, maintenance_failures_);
          if (done) {
            maintenance_failures_.Clear();
            ++shared_.counters.maint;
          }
          return done;
        },
        [](const Options& options) { return options.maint_period; });
  if (!retry_)
    retry_ = std::make_unique<PeriodicTask>(
        shared_, database_, "retry",
        [this](pg::Connection& connection) {
          shared_.counters.retry += MoveRetryEvents(connection);
          return true;
        },
        [](const Options&) { return Duration::max(); });  // the ticker looks whether any are due
}

void DatabaseThread::EndTasks() {
  maintenance_.reset();
  retry_.reset();
}

}  // namespace pgqd
