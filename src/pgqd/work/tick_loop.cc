#include "pgqd/work/tick_loop.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "pg/error.h"
#include "pg/sqlstate.h"
#include "pgqd/failures/log_text.h"

namespace pgqd {

using base::Clock;
using base::Deadline;
using base::Duration;

namespace {

// How long a quiet database may have another PgQ before that is seen.
constexpr auto kLongestUnchecked = std::chrono::minutes(2);
// Shorter waits are slept here: nothing that a commit tells could be used earlier.
constexpr int kPollsWorthWaiting = 2;

}  // namespace

TickLoop::TickLoop(PgqSession& session, const std::string& database, Context context)
    : session_(session),
      database_(database),
      context_(std::move(context)),
      next_retry_check_(CommonMoment(Clock::now(), context_.options.Get()->retry_period)) {}

void TickLoop::Run() {
  // Whatever was ticked while nobody looked, or just before an earlier pgqd died: its consumers may
  // still sleep.
  NotifyNewest();
  while (!context_.interrupt.stopping() && !pgq_changed_ && !gave_up_) {
    options_ = context_.options.Get();
    view_ = LookAtGate();
    const Time now = Clock::now();
    if (view_.trusted && view_.in_recovery) return;
    if (now - session_.connected_at() > options_->connection_lifetime) return;
    if (demand_wanted() && now >= NextDemandPoll()) PollDemand(now);
    if (now >= schedule_.NextCall(options_->ticker_period, ScheduleInputs())) TickOrdinary(now);
    if (demand_wanted()) TickOverdue(now);
    if (now >= next_retry_check_) CheckRetryEvents(now);
    SleepUntilSomethingIsDue();
  }
}

WalWatch::View TickLoop::LookAtGate() {
  if (waits_for_commits()) {
    if (follower_) look_again_ = look_at_all_ = true;  // perhaps
    follower_.reset();
    return {};
  }
  if (!follower_) {
    ExpectRetryEvents();
    polled_lsn_.reset();
    follower_.emplace(context_.wal_watch, database_, session_.ServerStart(), context_.interrupt);
  }
  return follower_->Look();
}

TickSchedule::Inputs TickLoop::ScheduleInputs() const {
  TickSchedule::Inputs now_is;
  if (view_.trusted) now_is.lsn = view_.lsn;
  now_is.on_demand = demand_wanted();
  now_is.pending = now_is.on_demand && !session_.can_ask_for_some() && policy_.pending();
  now_is.other_queues = other_queues_;
  return now_is;
}

void TickLoop::TickOrdinary(Time now) {
  schedule_.Called(now, ScheduleInputs().lsn);
  base::HitFailpoint(base::Failpoint::pgqd_before_tick);
  long ticked = 0;
  try {
    const PgqSession::TickedAll all = session_.TickAll();
    ticked = all.ticked;
    other_queues_ = all.queues > demand_queues_;
    ++context_.counters.ticks;
    context_.on_success();
    WatchLocks(all);
    for (const std::string& queue : all.failed) TellWhyNot(queue);
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    spdlog::debug("{}: ticker: {}; trying each queue by itself", DatabaseText(database_),
                  failure.message);
    ticked = TickEach();
    other_queues_ = true;  // perhaps
  }
  base::HitFailpoint(base::Failpoint::pgqd_after_tick);
  if (ticked == 0) return;
  look_at_all_ = true;                        // the next time
  if (policy_.pending()) look_again_ = true;  // nobody tells us of our own commits
  NotifyNewest();
}

TickLoop::Time TickLoop::NextOverdue() const {
  Time next = Time::max();
  if (!session_.can_ask_for_some()) return next;
  for (const auto& [id, since] : policy_.Pending())
    next = std::min(next, since + options_->ticker_period);
  return next;
}

// Queues for which ticks on demand do not come, since consumers are behind or someone is in a long
// transaction: their thresholds decide.
void TickLoop::TickOverdue(Time now) {
  if (!session_.can_ask_for_some()) return;
  for (const int id : policy_.TakeOverdue(options_->ticker_period, now)) {
    const auto queue = standing_.find(id);
    if (queue == standing_.end() || !TickOneOrLog(queue->second.name)) continue;
    moved_.push_back(id);
    look_again_ = true;
  }
}

// All queues are ticked in one transaction, so one in a bad state can keep all from ticking. Then
// each is ticked by itself.
long TickLoop::TickEach() {
  long ticked = 0;
  for (const std::string& queue : session_.OrdinaryQueues()) {
    context_.interrupt.ThrowIfCancelled();
    if (TickOneOrLog(queue)) ++ticked;
  }
  return ticked;
}

bool TickLoop::TickOneOrLog(const std::string& queue) {
  try {
    const bool ticked = TickOne(queue);
    ++context_.counters.ticks;
    return ticked;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    LogTickFailure(queue, failure);
    return false;
  }
}

bool TickLoop::TickOne(const std::string& queue) {
  if (!session_.can_tick_around_locks()) return session_.Tick(queue);
  const PgqSession::TickedAll one = session_.TickOne(queue);
  if (!one.failed.empty()) return session_.Tick(queue);  // throws the reason
  if (one.locked.empty())
    FoundFree(queue);
  else
    FoundLocked(queue);
  return one.ticked > 0;
}

void TickLoop::TellWhyNot(const std::string& queue) {
  try {
    session_.Tick(queue);
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    LogTickFailure(queue, failure);
  }
}

void TickLoop::LogTickFailure(const std::string& queue, const pg::Failure& failure) {
  if (failure.sqlstate == pg::sqlstate::kLockNotAvailable) return FoundLocked(queue);
  LogFailure(context_.failures, DatabaseText(database_) + ": ticker for queue \"" + queue + "\"",
             failure, options_->ticker_period);
}

void TickLoop::WatchLocks(const PgqSession::TickedAll& all) {
  for (const std::string& queue : all.locked) FoundLocked(queue);
  // A locked queue that is not due for a tick is not named, so it is asked for by itself.
  for (const std::string& queue : locks_.Queues())
    if (std::find(all.locked.begin(), all.locked.end(), queue) == all.locked.end() &&
        (!session_.can_tick_around_locks() || session_.TickOne(queue).locked.empty()))
      FoundFree(queue);
}

void TickLoop::FoundLocked(const std::string& queue) {
  if (!locks_.Locked(queue, Clock::now())) return;
  const std::string holder =
      session_.can_tick_around_locks() ? session_.TickerLockHolder(queue) : "";
  spdlog::warn(
      "{}: queue \"{}\" gets no ticks, since another session has locked it: {}",
      DatabaseText(database_), PrintableText(queue),
      holder.empty() ? "its row in pgq.queue is locked, see pg_locks" : PrintableText(holder));
}

void TickLoop::FoundFree(const std::string& queue) {
  if (locks_.Free(queue))
    spdlog::info("{}: queue \"{}\" is not locked any more", DatabaseText(database_),
                 PrintableText(queue));
}

// Notifies of ticks that are newer than those notified of before, whoever made them.
void TickLoop::NoticeTicks(const PgqSession::TickIds& newest) {
  PgqSession::TickIds fresh;
  for (const auto& [queue_id, tick_id] : newest) {
    std::int64_t& known = notified_[queue_id];
    if (known == tick_id) continue;
    known = tick_id;
    fresh[queue_id] = tick_id;
  }
  if (fresh.empty()) return;
  schedule_.ExpectIdleTick(std::nullopt);
  try {
    session_.Notify(fresh);
  } catch (...) {
    FailedToNotify();
  }
}

// Consumers look for themselves now and then, so a notification that fails costs latency only.
void TickLoop::FailedToNotify() {
  const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
  if (failure.kind != pg::FailureKind::kSql) throw;
  LogFailure(context_.failures, DatabaseText(database_) + ": could not notify consumers", failure,
             Duration::max());
}

void TickLoop::NotifyNewest() {
  schedule_.ExpectIdleTick(std::nullopt);
  try {
    const PgqSession::Newest newest = session_.NotifyNewest(notified_);
    notified_ = newest.ticks;
    schedule_.ExpectIdleTick(newest.idle_tick_due);
  } catch (...) {
    FailedToNotify();
  }
}

void TickLoop::CheckRetryEvents(Time now) {
  const PgqSession::PgqCheck condition = session_.Look();
  pgq_changed_ = condition.pgq_changed;
  if (pgq_changed_) return;
  next_retry_check_ = CommonMoment(now, options_->retry_period);
  const Time due = condition.retry_due.value_or(Time::max());
  if (due <= Clock::now()) {
    context_.on_retry_due();
  } else if (waits_for_commits()) {
    // Those who put more events there wake this thread; what comes between this look and the wait
    // is seen at the next look.
    const Time wanted = std::min(due, now + kLongestUnchecked);
    next_retry_check_ =
        std::max(next_retry_check_, CommonMoment(wanted - Duration(1), options_->retry_period));
  }
}

// There may be new ones.
void TickLoop::ExpectRetryEvents() {
  next_retry_check_ =
      std::min(next_retry_check_, CommonMoment(Clock::now(), options_->retry_period));
}

void TickLoop::SleepUntilSomethingIsDue() {
  if (pgq_changed_) return;
  const bool demand = demand_wanted();
  Time until =
      std::min(schedule_.NextCall(options_->ticker_period, ScheduleInputs()), next_retry_check_);
  if (demand) until = std::min({until, NextDemandPoll(), NextOverdue()});
  if (!follower_) return AwaitCommit(until);
  // Once everything was looked at, the WAL watch wakes this thread at the next move.
  const bool all_seen = view_.trusted && (!demand || polled_lsn_ == view_.lsn);
  if (all_seen && !follower_->Arm(view_.lsn)) return;
  const auto wait = until - Clock::now();
  if (wait > Clock::duration::zero()) context_.interrupt.Sleep(Deadline::After(wait));
}

void TickLoop::AwaitCommit(Time until) {
  const Time now = Clock::now();
  // Who comes back later hears of more at once.
  if (!look_again_ && next_poll_ > now) until = std::min(until, next_poll_);
  const auto wait = std::chrono::ceil<Duration>(until - now);
  if (wait <= Duration::zero()) return;
  if (look_again_ || wait < kPollsWorthWaiting * options_->active_poll)
    context_.interrupt.Sleep(Deadline::After(until - now));
  else
    TakeNews(WaitAtServer(wait), until);
}

void TickLoop::TakeNews(const PgqSession::News& news, Time until) {
  gave_up_ = news.waited == PgqSession::Waited::kGaveUp;
  news_fresh_ = news.which;
  if (news.waited == PgqSession::Waited::kTimeout && Clock::now() < until)
    look_again_ = look_at_all_ = true;  // the server had enough of waiting
  if (news.waited != PgqSession::Waited::kEvents) return;
  look_again_ = true;
  committed_ = news.committed;
  moved_.insert(moved_.end(), news.moved.begin(), news.moved.end());
  ExpectRetryEvents();
  // Something else, a new queue or another one's tick; or the end of who is waited for.
  if (!news.which || (moved_.empty() && !policy_.pending())) look_at_all_ = true;
  LookAtAllSoon();
}

PgqSession::News TickLoop::WaitAtServer(base::Duration at_most) {
  const auto give_up = [&] {
    return context_.interrupt.stopping() || context_.options.Get() != options_;
  };
  try {
    return session_.WaitForEvents(standing_, at_most, give_up);
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    spdlog::info("{}: waiting for commits: {}; watching the WAL position instead",
                 DatabaseText(database_), PrintableText(failure.message));
    may_wait_ = false;
    look_at_all_ = true;
    return {.waited = PgqSession::Waited::kEvents};
  }
}

}  // namespace pgqd
