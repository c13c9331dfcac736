// Ticks on demand: the part of TickLoop that looks for new events.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/failpoint.h"
#include "pg/error.h"
#include "pg/sqlstate.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/work/tick_loop.h"

namespace pgqd {

using base::Clock;
using base::Duration;

namespace {

constexpr auto kWithoutDemand = std::chrono::seconds(10);
// As many queues are looked at in about the time it takes to find out which of them moved.
constexpr std::size_t kFewQueues = 10;
// A commit that moves a queue may hide another, of a new queue or somebody's tick: how soon all are
// looked at after one.
constexpr auto kLongestPartial = std::chrono::seconds(2);

}  // namespace

TickLoop::Time TickLoop::NextDemandPoll() const {
  const bool moved =
      follower_ ? !view_.trusted || !polled_lsn_ || view_.lsn != *polled_lsn_ : look_again_;
  if (moved) return next_poll_;
  Time next = std::min(look_after_move_, look_at_all_by_);
  if (const auto held_back = policy_.next_attempt()) next = std::min(next, *held_back);
  return std::max(next_poll_, next);
}

void TickLoop::LookAtAllSoon() {
  look_at_all_by_ = std::min(look_at_all_by_, Clock::now() + kLongestPartial);
}

void TickLoop::PollDemand(Time now) {
  // A transaction writes WAL before its end is to be seen, so after a move that showed nothing one
  // more look is due.
  const bool moved = follower_ && (!view_.trusted || view_.lsn != polled_lsn_);
  look_after_move_ = Time::max();
  // Taken before the query: what moves it meanwhile is looked at next time.
  polled_lsn_ = view_.trusted ? std::optional(view_.lsn) : std::nullopt;
  if (!std::exchange(news_fresh_, false) && !look_at_all_ && AsksForSome()) {
    TakeNews(WaitAtServer(Duration(0)), now);
    news_fresh_ = false;
    if (gave_up_) return;
  }
  look_again_ = false;
  policy_.SetPace({options_->active_poll, options_->retick_period, options_->max_rate});
  const std::optional<std::vector<int>> asked = QueuesToAsk(now);
  const std::optional<PgqSession::State> state = DemandState(asked);
  if (!state) return;
  Remember(state->queues, asked);
  PgqSession::TickIds newest;
  for (const QueueTicks& queue : state->queues)
    if (queue.tick_id) newest[queue.queue_id] = *queue.tick_id;
  const bool writers_open = WritersOpen(state->queues, now);
  const bool ticked =
      TickRequested(policy_.Decide(state->queues, state->open, writers_open, now,
                                   asked ? DemandPolicy::Which::kSome : DemandPolicy::Which::kAll),
                    newest);
  NoticeTicks(newest);
  FollowUp(now, moved, ticked);
}

// When to look next.
void TickLoop::FollowUp(Time began, bool moved, bool ticked) {
  if (ticked) {
    look_again_ = policy_.pending();
    if (follower_) follower_->NoteActivity();
    last_demand_ = Clock::now();
  }
  if (moved && !ticked && policy_.pending())
    look_after_move_ = Clock::now() + options_->retick_period;
  const Time now = Clock::now();
  next_poll_ = now + (ticked ? 2 : 1) * PollPeriod();  // as far apart as ticks, at least
  if (const auto held_back = policy_.next_attempt()) next_poll_ = std::min(next_poll_, *held_back);
  if (const auto braked = policy_.AllBrakedUntil(now)) next_poll_ = *braked;
  next_poll_ =
      std::max(next_poll_, context_.tick_budget.Spend(now - began, options_->max_share, now));
}

// Where the server can tell which queues moved, and that costs less than to look at all of them.
bool TickLoop::AsksForSome() const {
  return session_.can_ask_for_some() && session_.can_tell_which_moved() && waits_for_commits() &&
         standing_.size() > kFewQueues;
}

// Nothing: all. Else those that moved and those that wait for something.
std::optional<std::vector<int>> TickLoop::QueuesToAsk(Time now) {
  std::vector<int> ids = std::exchange(moved_, {});
  const bool all = std::exchange(look_at_all_, false);
  if (all || now >= look_at_all_by_ || !AsksForSome()) {
    look_at_all_by_ = Time::max();
    return std::nullopt;
  }
  for (const auto& [id, since] : policy_.Pending()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void TickLoop::Remember(const std::vector<QueueTicks>& queues,
                        const std::optional<std::vector<int>>& asked) {
  if (asked) {
    for (const int id : *asked) standing_.erase(id);
    look_at_all_ = queues.size() < asked->size();  // one has gone, or is locked by who drops it
  } else {
    standing_.clear();
  }
  for (const QueueTicks& queue : queues) standing_[queue.queue_id] = queue;
  if (std::exchange(demand_queues_, standing_.size()) != standing_.size())
    schedule_.ExpectIdleTick(std::nullopt);
}

// Whether some tick was made; their ids are added to `newest`.
bool TickLoop::TickRequested(const std::vector<DemandPolicy::Request>& requests,
                             PgqSession::TickIds& newest) {
  const std::map<int, DemandAnswer> at_once = TickMoved(requests);
  bool ticked = false;
  for (const DemandPolicy::Request& request : requests) {
    base::HitFailpoint(base::Failpoint::pgqd_before_tick);
    const auto made = at_once.find(request.queue_id);
    const DemandAnswer answer = made == at_once.end() ? TickOnDemand(request) : made->second;
    policy_.Record(request, answer, Clock::now());
    if (!answer.tick_id) continue;
    base::HitFailpoint(base::Failpoint::pgqd_after_tick);
    ticked = true;
    newest[request.queue_id] = *answer.tick_id;
    ++context_.counters.ticks;
  }
  return ticked;
}

// Those of the queues that moved, in one transaction. The others, and all when one of them cannot
// be ticked, are ticked by themselves.
std::map<int, DemandAnswer> TickLoop::TickMoved(
    const std::vector<DemandPolicy::Request>& requests) {
  std::vector<int> moved;
  for (const DemandPolicy::Request& request : requests)
    if (request.moved) moved.push_back(request.queue_id);
  if (moved.size() < 2 || !session_.can_ask_for_some()) return {};
  try {
    std::map<int, DemandAnswer> answers = session_.TickMoved(moved);
    if (locks_.any())
      for (const DemandPolicy::Request& request : requests)
        if (answers.contains(request.queue_id)) FoundFree(request.queue);
    return answers;
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&context_.interrupt);
    if (failure.kind != pg::FailureKind::kSql) throw;
    spdlog::debug("{}: ticks on demand: {}; trying each queue by itself", DatabaseText(database_),
                  PrintableText(failure.message));
    return {};
  }
}

// WAL that other work writes makes this thread look in vain, so it looks less often the longer the
// last event is ago: late by an eighth of that pause at most.
base::Duration TickLoop::PollPeriod() const {
  if (policy_.next_attempt() || !follower_) return options_->active_poll;
  const auto pause = std::chrono::duration_cast<base::Duration>(Clock::now() - last_demand_);
  return std::clamp(pause / 8, options_->active_poll, options_->idle_poll);
}

// Nothing: it cannot be had, for a queue in a bad state perhaps, and the ordinary ticker has to do.
std::optional<PgqSession::State> TickLoop::DemandState(
    const std::optional<std::vector<int>>& queue_ids) {
  try {
    PgqSession::State state = session_.DemandState(queue_ids);
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
    look_at_all_ = true;
    return std::nullopt;
  }
}

// Where a commit told of the events, it is over.
bool TickLoop::WritersOpen(const std::vector<QueueTicks>& queues, Time now) {
  if (std::exchange(committed_, false) || !policy_.AsksForWriters(queues, now)) return false;
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
    if (failure.sqlstate == pg::sqlstate::kLockNotAvailable) {
      FoundLocked(request.queue);
    } else {
      LogFailure(context_.failures,
                 DatabaseText(database_) + ": tick on demand for queue \"" + request.queue + "\"",
                 failure, Duration::max());
    }
    return {.tick_id = std::nullopt, .braked = false, .missed = true};
  }
}

}  // namespace pgqd
