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
#include "pg/error.h"
#include "pgqd/news/demand.h"
#include "pgqd/news/wal_watch.h"
#include "pgqd/settings/options.h"
#include "pgqd/work/counters.h"
#include "pgqd/work/lock_watch.h"
#include "pgqd/work/pgq_session.h"
#include "pgqd/work/tick_budget.h"
#include "pgqd/work/tick_schedule.h"

namespace pgqd {

class TickLoop {
 public:
  // Outlives the loop.
  struct Context {
    const LiveOptions& options;
    Counters& counters;
    WalWatch& wal_watch;
    TickBudget& tick_budget;
    base::RepeatedMessages& failures;
    base::Interrupt& interrupt;
    std::function<void()> on_retry_due;
    std::function<void()> on_success;  // the ticker function was called, and did not fail
  };
  TickLoop(PgqSession& session, const std::string& database, Context context);

  // Returns when the thread is to stop, the connection has lived long enough, the server turns out
  // to be in recovery, or PgQ has become another one. Throws what the connection throws.
  void Run();

 private:
  using Clock = base::Clock;
  using Time = Clock::time_point;

  TickSchedule::Inputs ScheduleInputs() const;
  bool demand_wanted() const {
    return options_->on_demand && session_.can_tick_on_demand() && Clock::now() >= no_demand_until_;
  }
  // The server tells of commits with events; else the WAL watch tells that WAL was written.
  bool waits_for_commits() const {
    return session_.can_wait() && may_wait_ && demand_wanted() && !other_queues_;
  }
  void TickOrdinary(Time now);
  long TickEach();
  bool TickOne(const std::string& queue);
  bool TickOneOrLog(const std::string& queue);
  void WatchLocks(const PgqSession::TickedAll& all);
  void FoundLocked(const std::string& queue);
  void FoundFree(const std::string& queue);
  void TellWhyNot(const std::string& queue);
  void LogTickFailure(const std::string& queue, const pg::Failure& failure);
  void TickOverdue(Time now);
  Time NextOverdue() const;
  void LookAtAllSoon();
  void PollDemand(Time now);
  void FollowUp(Time began, bool moved, bool ticked);
  base::Duration PollPeriod() const;
  bool AsksForSome() const;
  std::optional<std::vector<int>> QueuesToAsk(Time now);
  std::optional<PgqSession::State> DemandState(const std::optional<std::vector<int>>& queue_ids);
  void Remember(const std::vector<QueueTicks>& queues,
                const std::optional<std::vector<int>>& asked);
  bool WritersOpen(const std::vector<QueueTicks>& queues, Time now);
  std::map<int, DemandAnswer> TickMoved(const std::vector<DemandPolicy::Request>& requests);
  bool TickRequested(const std::vector<DemandPolicy::Request>& requests,
                     PgqSession::TickIds& newest);
  DemandAnswer TickOnDemand(const DemandPolicy::Request& request);
  void NotifyNewest();
  void NoticeTicks(const PgqSession::TickIds& newest);
  void FailedToNotify();  // within a handler
  void CheckRetryEvents(Time now);
  void ExpectRetryEvents();
  WalWatch::View LookAtGate();
  void SleepUntilSomethingIsDue();
  void AwaitCommit(Time until);
  void TakeNews(const PgqSession::News& news, Time until);
  PgqSession::News WaitAtServer(base::Duration at_most);
  Time NextDemandPoll() const;

  PgqSession& session_;
  const std::string database_;
  Context context_;
  std::optional<WalWatch::Follower> follower_;  // unless waits_for_commits()
  std::shared_ptr<const Options> options_;      // as of this round
  WalWatch::View view_;                         // as of this round
  DemandPolicy policy_;
  TickSchedule schedule_;
  PgqSession::TickIds notified_;
  std::optional<std::uint64_t> polled_lsn_;
  std::map<int, QueueTicks> standing_;  // where the queues stood when they were looked at
  bool look_again_ = true;              // something was committed since; without the WAL watch only
  bool look_at_all_ = true;
  std::vector<int> moved_;   // of those, which stand elsewhere now
  bool news_fresh_ = false;  // moved_ is as of just now
  bool committed_ = false;   // a commit told so
  Time look_at_all_by_ = Time::max();
  bool may_wait_ = true;  // the server has not refused it
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
