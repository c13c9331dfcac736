#include "pgqd/news/demand.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "base/error.h"
#include "base/text.h"

namespace pgqd {
namespace {

// Transactions below `end` that are open.
std::int64_t CountOpen(const OpenTransactions& snapshot, std::int64_t end) {
  const auto below = std::count_if(snapshot.running.begin(), snapshot.running.end(),
                                   [end](std::int64_t txid) { return txid < end; });
  return below + std::max<std::int64_t>(end - snapshot.xmax, 0);
}

}  // namespace

OpenTransactions ParseOpenTransactions(std::string_view text) {
  std::string_view rest = text;
  const auto take = [&](char end) {
    const auto number = base::ParseWhole<std::int64_t>(base::TakeUntil(rest, end));
    if (!number) throw base::Error("no snapshot: \"" + std::string(text) + "\"");
    return *number;
  };
  OpenTransactions snapshot;
  snapshot.xmin = take(':');
  snapshot.xmax = take(':');
  while (!rest.empty()) snapshot.running.push_back(take(','));
  return snapshot;
}

void DemandPolicy::Observe(const QueueTicks& queue, Memory& memory, bool is_new, Time now) {
  // A new pgqd does not know which of the transactions open at the newest tick wrote events: it
  // waits for all of them.
  if (is_new || queue.tick_event_seq > memory.tick_event_seq) {
    memory.wait_txid = queue.tick_xmax;
    memory.open.reset();
  }
  memory.tick_event_seq = queue.tick_event_seq;
  if (queue.event_seq <= queue.tick_event_seq) {
    memory.moved_at = {};
  } else if (memory.moved_at == Time{}) {
    memory.moved_at = now;
  }
  if (memory.wait_txid && queue.tick_xmin >= *memory.wait_txid) memory.wait_txid.reset();
}

DemandPolicy::Time DemandPolicy::NotBefore(Memory& memory, bool oldest_ended, Time now) const {
  const double burst = kBurstSeconds * pace_.max_rate;
  if (memory.tokens_at == Time{}) {
    memory.tokens = burst;
  } else {
    const std::chrono::duration<double> passed = now - memory.tokens_at;
    memory.tokens = std::min(burst, memory.tokens + passed.count() * pace_.max_rate);
  }
  memory.tokens_at = now;
  Time not_before =
      memory.last_tick == Time{}
          ? now
          : memory.last_tick + (oldest_ended ? 2 * pace_.active_poll : pace_.retick_period);
  // New events wait for consumers, not for transactions.
  if (memory.held || (memory.moved_at == Time{} && !oldest_ended))
    not_before = std::max(not_before, memory.blocked_until);
  if (memory.tokens < 1) {
    const auto wait = std::chrono::duration<double>((1 - memory.tokens) / pace_.max_rate);
    not_before = std::max(not_before, now + std::chrono::ceil<base::Duration>(wait));
  }
  return not_before;
}

bool DemandPolicy::AsksForWriters(const std::vector<QueueTicks>& queues, Time now) const {
  return std::any_of(queues.begin(), queues.end(), [&](const QueueTicks& queue) {
    if (!queue.tick_id || queue.event_seq <= queue.tick_event_seq) return false;
    const auto known = queues_.find(queue.queue_id);
    return known == queues_.end() ||
           (known->second.moved_at == Time{} && !IsSteady(known->second, now));
  });
}

// Nothing new, and none of those that the queue waits for has ended since it was last asked for.
bool DemandPolicy::StillWaits(const QueueTicks& queue, const Memory& memory, std::int64_t open,
                              Time now) {
  if (queue.event_seq > queue.tick_event_seq || memory.held || !memory.open || open < *memory.open)
    return false;
  // Whoever ends is noticed, mostly: this is for the rest.
  next_attempt_ = std::min(next_attempt_.value_or(now + kLongestRetick), now + kLongestRetick);
  return true;
}

// Whether it has something that may have to be ticked.
bool DemandPolicy::Pends(const QueueTicks& queue, Memory& memory, bool is_new, Time now) {
  if (queue.tick_id) Observe(queue, memory, is_new, now);
  const bool pends =
      !queue.tick_id || queue.event_seq > queue.tick_event_seq || memory.wait_txid.has_value();
  if (pends)
    pending_.try_emplace(queue.queue_id, now);
  else
    pending_.erase(queue.queue_id);
  return pends && queue.tick_id;  // its first tick is the ordinary ticker's
}

std::vector<DemandPolicy::Request> DemandPolicy::Decide(const std::vector<QueueTicks>& queues,
                                                        const OpenTransactions& open,
                                                        bool writers_open, Time now, Which which) {
  std::vector<Request> requests;
  next_attempt_.reset();
  if (which == Which::kAll) Forget(queues);
  for (const QueueTicks& queue : queues) {
    const auto [at, is_new] = queues_.try_emplace(queue.queue_id);
    Memory& memory = at->second;
    if (!Pends(queue, memory, is_new, now)) continue;
    const std::int64_t still_open = memory.wait_txid ? CountOpen(open, *memory.wait_txid) : 0;
    if (StillWaits(queue, memory, still_open, now)) continue;
    Time not_before = NotBefore(memory, open.xmin > queue.tick_xmin, now);
    if (memory.moved_at != Time{} && writers_open && !IsSteady(memory, now))
      not_before = std::max(not_before, memory.moved_at + kCommitTime);
    if (now >= not_before) {
      memory.open = still_open;
      requests.push_back(
          {queue.name, queue.queue_id, memory.wait_txid, queue.event_seq > queue.tick_event_seq});
    } else {
      next_attempt_ = std::min(next_attempt_.value_or(not_before), not_before);
    }
  }
  return requests;
}

std::vector<int> DemandPolicy::TakeOverdue(base::Duration patience, Time now) {
  std::vector<int> overdue;
  for (auto& [id, since] : pending_) {
    if (now - since < patience) continue;
    since = now;
    overdue.push_back(id);
  }
  return overdue;
}

// The dropped ones.
void DemandPolicy::Forget(const std::vector<QueueTicks>& but) {
  std::set<int> kept;
  for (const QueueTicks& queue : but) kept.insert(queue.queue_id);
  const auto gone = [&](const auto& entry) { return !kept.contains(entry.first); };
  std::erase_if(queues_, gone);
  std::erase_if(pending_, gone);
}

std::optional<DemandPolicy::Time> DemandPolicy::AllBrakedUntil(Time now) const {
  std::optional<Time> first;
  for (const auto& [id, memory] : queues_) {
    if (!memory.held || memory.blocked_until <= now) return std::nullopt;
    first = std::min(first.value_or(memory.blocked_until), memory.blocked_until);
  }
  return first;
}

// Consumers are mostly done within milliseconds, and each look that comes late delays a tick by as
// much: so that grows slowly.
base::Duration DemandPolicy::NextBlock(const Memory& memory) const {
  if (!memory.held) return pace_.retick_period;
  if (memory.missed)
    return std::clamp(2 * memory.block, pace_.retick_period,
                      std::max(pace_.retick_period, kLongestRetick));
  const base::Duration more = std::max(memory.block / 4, base::Duration(1));
  return std::clamp(memory.block + more, pace_.active_poll,
                    std::max(pace_.active_poll, kLongestBrake));
}

void DemandPolicy::Record(const Request& request, const DemandAnswer& answer, Time now) {
  Memory& memory = queues_[request.queue_id];
  const bool held = answer.braked || answer.missed;
  if (memory.held != held || memory.missed != answer.missed || answer.tick_id)
    memory.block = base::Duration(0);
  memory.held = held;
  memory.missed = answer.missed;
  if (answer.tick_id) {
    memory.moved_at = {};
    memory.last_tick = now;
    memory.tokens -= 1;
    memory.blocked_until = {};
    if (answer.settled)
      pending_.erase(request.queue_id);
    else
      pending_[request.queue_id] = now;
    return;
  }
  // A consumer is busy, somebody has locked the queue, or those who ended had been seen before.
  memory.block = NextBlock(memory);
  memory.blocked_until = now + memory.block;
  next_attempt_ = std::min(next_attempt_.value_or(memory.blocked_until), memory.blocked_until);
}

}  // namespace pgqd
