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

constexpr auto kWithoutDemand = std::chrono::seconds(10);
// How long a quiet database may have another PgQ before that is seen.
constexpr auto kLongestUnchecked = std::chrono::minutes(2);
// Shorter waits are slept here: nothing that a commit tells could be used earlier.
constexpr int kPollsWorthWaiting = 2;

bool IsLocked(const pg::Failure& failure) {
  return failure.sqlstate == pg::sqlstate::kLockNotAvailable;
}

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
    if (now >= next_retry_check_) CheckRetryEvents(now);
    SleepUntilSomethingIsDue();
  }
}

WalWatch::View TickLoop::LookAtGate() {
  if (waits_for_commits()) {
    if (follower_) look_again_ = true;  // perhaps
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
  now_is.pending = now_is.on_demand && policy_.pending();
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
  if (policy_.pending()) look_again_ = true;  // nobody tells us of our own commits
  NotifyNewest();
}

// All queues are ticked in one transaction, so one in a bad state can keep all from ticking. Then
// each is ticked by itself.
long TickLoop::TickEach() {
  long ticked = 0;
  for (const std::string& queue : session_.OrdinaryQueues()) {
    context_.interrupt.ThrowIfCancelled();
    try {
      if (TickOne(queue)) ++ticked;
      ++context_.counters.ticks;
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
      if (failure.kind != pg::FailureKind::kSql) throw;
      LogTickFailure(queue, failure);
    }
  }
  return ticked;
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
  if (IsLocked(failure)) return FoundLocked(queue);
  LogFailure(context_.failures, DatabaseText(database_) + ": ticker for queue \"" + queue + "\"",
             failure, options_->ticker_period);
}

void TickLoop::WatchLocks(const PgqSession::TickedAll& all) {
  for (const std::string& queue : all.locked) FoundLocked(queue);
  for (const std::string& queue : locks_.Queues())
    if (std::find(all.locked.begin(), all.locked.end(), queue) == all.locked.end())
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

TickLoop::Time TickLoop::NextDemandPoll() const {
  const bool moved =
      follower_ ? !view_.trusted || !polled_lsn_ || view_.lsn != *polled_lsn_ : look_again_;
  if (moved) return next_poll_;
  Time next = look_after_move_;
  if (const auto held_back = policy_.next_attempt()) next = std::min(next, *held_back);
  return std::max(next_poll_, next);
}

void TickLoop::PollDemand(Time now) {
  // A transaction writes WAL before its end is to be seen, so after a move that showed nothing one
  // more look is due.
  const bool moved = follower_ && (!view_.trusted || view_.lsn != polled_lsn_);
  look_after_move_ = Time::max();
  // Taken before the query: what moves it meanwhile is looked at next time.
  polled_lsn_ = view_.trusted ? std::optional(view_.lsn) : std::nullopt;
  look_again_ = false;
  policy_.SetPace({options_->active_poll, options_->retick_period, options_->max_rate});
  std::optional<PgqSession::State> state = DemandState();
  if (!state) return;
  if (std::exchange(demand_queues_, state->queues.size()) != state->queues.size())
    schedule_.ExpectIdleTick(std::nullopt);
  PgqSession::TickIds newest;
  for (const QueueTicks& queue : state->queues)
    if (queue.tick_id) newest[queue.queue_id] = *queue.tick_id;
  bool ticked = false;
  const bool writers_open = policy_.AsksForWriters(state->queues) && WritersOpen();
  for (const DemandPolicy::Request& request :
       policy_.Decide(state->queues, state->open, writers_open, now)) {
    base::HitFailpoint(base::Failpoint::pgqd_before_tick);
    const DemandAnswer answer = TickOnDemand(request);
    policy_.Record(request, answer, Clock::now());
    if (!answer.tick_id) continue;
    base::HitFailpoint(base::Failpoint::pgqd_after_tick);
    ticked = true;
    newest[request.queue_id] = *answer.tick_id;
    ++context_.counters.ticks;
  }
  NoticeTicks(newest);
  polled_ = std::move(state->queues);
  if (ticked) {
    look_again_ = true;
    if (follower_) follower_->NoteActivity();
    last_demand_ = Clock::now();
  }
  if (moved && !ticked && policy_.pending())
    look_after_move_ = Clock::now() + options_->retick_period;
  next_poll_ = Clock::now() + PollPeriod();
  if (const auto held_back = policy_.next_attempt()) next_poll_ = std::min(next_poll_, *held_back);
  if (const auto braked = policy_.AllBrakedUntil(Clock::now())) next_poll_ = *braked;
}

// WAL that other work writes makes this thread look in vain, so it looks less often the longer the
// last event is ago: late by an eighth of that pause at most.
base::Duration TickLoop::PollPeriod() const {
  if (policy_.next_attempt() || !follower_) return options_->active_poll;
  const auto pause = std::chrono::duration_cast<base::Duration>(Clock::now() - last_demand_);
  return std::clamp(pause / 8, options_->active_poll, options_->idle_poll);
}

// Nothing: it cannot be had, for a queue in a bad state perhaps, and the ordinary ticker has to do.
std::optional<PgqSession::State> TickLoop::DemandState() {
  try {
    PgqSession::State state = session_.DemandState();
    state_failures_.Clear();
    return state;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    pgq_changed_ = session_.Look().pgq_changed;
    if (pgq_changed_) return std::nullopt;
    LogFailure(state_failures_, DatabaseText(database_) + ": looking for new events", failure,
               kWithoutDemand);
    no_demand_until_ = Clock::now() + kWithoutDemand;
    return std::nullopt;
  }
}

bool TickLoop::WritersOpen() {
  try {
    return session_.WritersOpen();
  } catch (...) {
    // It makes a tick come at a better moment; the site may have its reasons not to tell.
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    spdlog::debug("{}: looking for open transactions: {}", DatabaseText(database_),
                  failure.message);
    return false;
  }
}

// One queue in a bad state must not keep the others from their ticks.
DemandAnswer TickLoop::TickOnDemand(const DemandPolicy::Request& request) {
  try {
    const DemandAnswer answer = session_.TickOnDemand(request);
    if (answer.missed)
      FoundLocked(request.queue);
    else if (locks_.any())
      FoundFree(request.queue);
    return answer;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    if (IsLocked(failure)) {
      FoundLocked(request.queue);
    } else {
      LogFailure(context_.failures,
                 DatabaseText(database_) + ": tick on demand for queue \"" + request.queue + "\"",
                 failure, Duration::max());
    }
    return {.tick_id = std::nullopt, .braked = false, .missed = true};
  }
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
  if (demand) until = std::min(until, NextDemandPoll());
  if (!follower_) return AwaitCommit(until);
  // Once everything was looked at, the WAL watch wakes this thread at the next move.
  const bool all_seen = view_.trusted && (!demand || polled_lsn_ == view_.lsn);
  if (all_seen && !follower_->Arm(view_.lsn)) return;
  const auto wait = until - Clock::now();
  if (wait > Clock::duration::zero()) context_.interrupt.Sleep(Deadline::After(wait));
}

void TickLoop::AwaitCommit(Time until) {
  const auto wait = std::chrono::ceil<Duration>(until - Clock::now());
  if (wait <= Duration::zero()) return;
  if (look_again_ || wait < kPollsWorthWaiting * options_->active_poll) {
    context_.interrupt.Sleep(Deadline::After(wait));
    return;
  }
  switch (WaitAtServer(wait)) {
    case PgqSession::Waited::kEvents:
      look_again_ = true;
      ExpectRetryEvents();
      break;
    case PgqSession::Waited::kGaveUp:
      gave_up_ = true;
      break;
    case PgqSession::Waited::kTimeout:
      if (Clock::now() < until) look_again_ = true;  // the server had enough of waiting
      break;
  }
}

PgqSession::Waited TickLoop::WaitAtServer(base::Duration at_most) {
  const auto give_up = [&] {
    return context_.interrupt.stopping() || context_.options.Get() != options_;
  };
  try {
    return session_.WaitForEvents(polled_, at_most, give_up);
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    spdlog::info("{}: waiting for commits: {}; watching the WAL position instead",
                 DatabaseText(database_), PrintableText(failure.message));
    may_wait_ = false;
    return PgqSession::Waited::kEvents;
  }
}

}  // namespace pgqd
