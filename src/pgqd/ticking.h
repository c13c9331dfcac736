// The ticking of one database over one connection: ordinary ticks, ticks on demand, and the
// notifications after them. Lives on the stack of the ticker's thread, from the moment this pgqd
// owns the database until the connection ends.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "base/repeated_messages.h"
#include "pgqd/common_parts.h"
#include "pgqd/demand.h"
#include "pgqd/lock_watch.h"
#include "pgqd/options.h"
#include "pgqd/tick_schedule.h"
#include "pgqd/ticking_session.h"
#include "pgqd/wal_gate.h"

namespace pgqd {

class Ticking {
 public:
  struct Surroundings {
    base::RepeatedMessages& failures;
    base::Interrupt& interrupt;
    std::function<void()> on_retry_due;
    std::function<void()> on_success;  // the ticker function was called, and did not fail
  };
  Ticking(TickingSession& session, CommonParts& common, const std::string& database,
          Surroundings around);

  // Returns when the thread is to stop, the connection has lived long enough, the server turns out
  // to be in recovery, or PgQ has become another one. Throws what the connection throws.
  void Run();

 private:
  using Clock = base::Clock;
  using Time = Clock::time_point;

  TickSchedule::Circumstances LookAround() const;
  bool demand_wanted() const {
    return options_->on_demand && session_.can_tick_on_demand() && Clock::now() >= no_demand_until_;
  }
  // The server tells of commits with events; else the gate tells that WAL was written.
  bool waits_for_commits() const {
    return session_.can_wait() && may_wait_ && demand_wanted() && !other_queues_;
  }
  void TickOrdinary(Time now);
  long TickEach();
  bool TickOne(const std::string& queue);
  void WatchLocks(const TickingSession::TickedAll& all);
  void FoundLocked(const std::string& queue);
  void FoundFree(const std::string& queue);
  void TellWhyNot(const std::string& queue);
  void LogTickFailure(const std::string& queue, const pg::Failure& failure);
  void PollDemand(Time now);
  base::Duration PollPeriod() const;
  std::optional<TickingSession::State> DemandState();
  bool WritersOpen();
  DemandAnswer TickOnDemand(const DemandPolicy::Request& request);
  void NotifyNewest();
  void NoticeTicks(const TickingSession::TickIds& newest);
  void FailedToNotify();  // within a handler
  void CheckRetryEvents(Time now);
  void ExpectRetryEvents();
  WalGate::View LookAtGate();
  void SleepUntilSomethingIsDue();
  void AwaitCommit(Time until);
  TickingSession::Waited WaitAtServer(base::Duration at_most);
  Time NextDemandPoll() const;

  TickingSession& session_;
  CommonParts& common_;
  const std::string database_;
  Surroundings around_;
  std::optional<WalGate::Seat> seat_;       // unless waits_for_commits()
  std::shared_ptr<const Options> options_;  // as of this round
  WalGate::View view_;                      // as of this round
  DemandPolicy policy_;
  TickSchedule schedule_;
  TickingSession::TickIds notified_;
  std::optional<std::uint64_t> polled_lsn_;
  std::vector<QueueTicks> polled_;  // where the queues stood then
  bool look_again_ = true;          // something was committed since; without the gate only
  bool may_wait_ = true;            // the server has not refused it
  Time next_poll_{};
  Time look_after_move_ = Time::max();
  LockWatch locks_;
  Time last_demand_{};  // the newest tick on demand made here
  std::size_t demand_queues_ = 0;
  bool other_queues_ = false;              // that are ticked at thresholds only
  Time next_retry_check_{};                // of PgQ's identity, too
  base::RepeatedMessages state_failures_;  // ordinary ticks that succeed do not clear it
  Time no_demand_until_{};                 // after it failed as a whole
  bool pgq_changed_ = false;
  bool gave_up_ = false;  // the session is still waiting and can only be closed
};

}  // namespace pgqd
