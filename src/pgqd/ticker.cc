#include "pgqd/ticker.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "base/error.h"
#include "pg/error.h"
#include "pgqd/back_off.h"
#include "pgqd/log_text.h"
#include "pgqd/maintenance.h"
#include "pgqd/server_away.h"
#include "pgqd/ticking.h"
#include "pgqd/ticking_session.h"

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

}  // namespace

Ticker::Ticker(const LiveOptions& options, WalGate& gate, Statistics& statistics,
               std::string database)
    : options_(options),
      gate_(gate),
      statistics_(statistics),
      database_(std::move(database)),
      thread_("tick " + database_, [this](base::Interrupt& interrupt) { Run(interrupt); }) {}

Ticker::~Ticker() = default;

void Ticker::Run(base::Interrupt& interrupt) {
  BackOff reconnect(kFirstReconnect, kLongestReconnect), retry(kFirstRetry, kLongestRetry);
  while (!interrupt.stopping()) {
    Duration pause;
    try {
      pause = PauseAfter(VisitOnce(interrupt));
      reconnect.Reset();
      retry.Reset();
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
      if (failure.kind == pg::FailureKind::kInterrupted) break;
      pause = ServerIsAway(failure) ? reconnect.Next() : retry.Next();
      LogFailure(failures_, DatabaseText(database_), failure, pause);
    }
    if (pause > Duration::zero()) interrupt.Sleep(Deadline::After(pause));
  }
  maintenance_.reset();
  retry_.reset();
}

Duration Ticker::PauseAfter(Visit visit) const {
  switch (visit) {
    case Visit::kNoPgq:
      return options_.Get()->check_period;
    case Visit::kInRecovery:
      return kRecoveryPause;
    case Visit::kAgain:
      break;
  }
  return Duration::zero();
}

// True when `what` was not the last thing said: states are logged when they begin.
bool Ticker::SaysFirst(const std::string& what) {
  if (said_ == what) return false;
  said_ = what;
  return true;
}

Ticker::Visit Ticker::VisitOnce(base::Interrupt& interrupt) {
  TickingSession session(*options_.Get(), database_, interrupt);
  if (!FindPgq(session)) {
    maintenance_.reset();
    retry_.reset();
    if (failures_.Clear()) spdlog::info("{}: connected again", DatabaseText(database_));
    return Visit::kNoPgq;
  }
  if (session.InRecovery()) {
    if (SaysFirst("recovery"))
      spdlog::info("{}: the server is in recovery, waiting for its promotion",
                   DatabaseText(database_));
    maintenance_.reset();
    retry_.reset();
    return Visit::kInRecovery;
  }
  if (!BecomeTheOne(session, interrupt)) return Visit::kAgain;
  session.Prepare();
  StartChores();
  Ticking(session, gate_, database_,
          {options_, statistics_, failures_, interrupt, [this] { retry_->Wake(); }})
      .Run();
  return Visit::kAgain;
}

bool Ticker::FindPgq(TickingSession& session) {
  if (!session.HasPgq()) {
    version_.clear();
    if (SaysFirst("no pgq")) spdlog::debug("{}: no pgq", DatabaseText(database_));
    return false;
  }
  const std::optional<std::string> version = session.Version();
  if (!version || version->empty() || version->front() < '3') {
    version_.clear();
    if (SaysFirst("bad version"))
      spdlog::warn("{}: bad pgq version, ignoring: {}", DatabaseText(database_),
                   version ? "\"" + *version + "\"" : "none");
    return false;
  }
  if (std::exchange(version_, *version) != *version)
    spdlog::info("{}: pgq version ok: {}", DatabaseText(database_), *version);
  return true;
}

// False: the thread is to stop, or the connection has lived long enough.
bool Ticker::BecomeTheOne(TickingSession& session, base::Interrupt& interrupt) {
  int attempts = 0;
  while (!session.TryLock()) {
    if (++attempts == kOwnSessionMayLinger) {
      maintenance_.reset();
      retry_.reset();
      const int holder = session.LockHolder();
      if (SaysFirst("another pgqd"))
        spdlog::warn(
            "{}: another pgqd ticks this database (its server process is {}); waiting until it "
            "ends",
            DatabaseText(database_), holder);
    }
    interrupt.Sleep(
        Deadline::After(attempts < kOwnSessionMayLinger ? kShortLockPause : kLockPause));
    if (interrupt.stopping() ||
        base::Clock::now() - session.connected_at() > options_.Get()->connection_lifetime)
      return false;
  }
  if (said_ == "another pgqd")
    spdlog::info("{}: the other pgqd has gone, ticking now", DatabaseText(database_));
  said_.clear();  // all is well: whatever comes next is news
  return true;
}

void Ticker::StartChores() {
  if (maintenance_) return;
  maintenance_ = std::make_unique<Chore>(
      options_, database_, "maintenance",
      [this](pg::Connection& connection) {
        const bool done = RunMaintenance(connection, database_, maintenance_failures_);
        if (done) {
          maintenance_failures_.Clear();
          ++statistics_.maint;
        }
        return done;
      },
      [](const Options& options) { return options.maint_period; });
  retry_ = std::make_unique<Chore>(
      options_, database_, "retry",
      [this](pg::Connection& connection) {
        statistics_.retry += MoveRetryEvents(connection);
        return true;
      },
      [](const Options&) { return Duration::max(); });  // the ticker looks whether events are due
}

}  // namespace pgqd
