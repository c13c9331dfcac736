#include "pgqd/demand.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pgqd {

void DemandPolicy::Observe(const QueueTicks& queue, Memory& memory, bool is_new, Time now) {
  // A new pgqd does not know which of the transactions open at the newest tick wrote events: it
  // waits for all of them.
  if (is_new || queue.tick_event_seq > memory.tick_event_seq) memory.wait_txid = queue.tick_xmax;
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
  if (memory.braked || !oldest_ended) not_before = std::max(not_before, memory.blocked_until);
  if (memory.tokens < 1) {
    const auto wait = std::chrono::duration<double>((1 - memory.tokens) / pace_.max_rate);
    not_before = std::max(not_before, now + std::chrono::ceil<base::Duration>(wait));
  }
  return not_before;
}

bool DemandPolicy::AsksForWriters(const std::vector<QueueTicks>& queues) const {
  return std::any_of(queues.begin(), queues.end(), [&](const QueueTicks& queue) {
    if (!queue.tick_id || queue.event_seq <= queue.tick_event_seq) return false;
    const auto known = queues_.find(queue.queue_id);
    return known == queues_.end() || known->second.moved_at == Time{};
  });
}

std::vector<DemandPolicy::Request> DemandPolicy::Decide(const std::vector<QueueTicks>& queues,
                                                        std::int64_t oldest_txid, bool writers_open,
                                                        Time now) {
  std::vector<Request> requests;
  std::map<int, Memory> known;
  pending_ = false;
  next_attempt_.reset();
  for (const QueueTicks& queue : queues) {
    const auto before = queues_.extract(queue.queue_id);
    const bool is_new = before.empty();
    Memory& memory = known[queue.queue_id];
    if (!is_new) memory = before.mapped();
    if (!queue.tick_id) {  // its first tick is the ordinary ticker's
      pending_ = true;
      continue;
    }
    Observe(queue, memory, is_new, now);
    if (queue.event_seq <= queue.tick_event_seq && !memory.wait_txid) continue;
    pending_ = true;
    Time not_before = NotBefore(memory, oldest_txid > queue.tick_xmin, now);
    if (memory.moved_at != Time{} && writers_open)
      not_before = std::max(not_before, memory.moved_at + kCommitTime);
    if (now >= not_before) {
      requests.push_back({queue.name, queue.queue_id, memory.wait_txid});
    } else {
      next_attempt_ = std::min(next_attempt_.value_or(not_before), not_before);
    }
  }
  queues_ = std::move(known);  // dropped queues are forgotten
  return requests;
}

std::optional<DemandPolicy::Time> DemandPolicy::AllBrakedUntil(Time now) const {
  std::optional<Time> first;
  for (const auto& [id, memory] : queues_) {
    if (!memory.braked || memory.blocked_until <= now) return std::nullopt;
    first = std::min(first.value_or(memory.blocked_until), memory.blocked_until);
  }
  return first;
}

// Consumers are mostly done within milliseconds, and each look that comes late delays a tick by as
// much: so that grows slowly.
base::Duration DemandPolicy::NextBlock(const Memory& memory) const {
  const base::Duration first = memory.braked ? pace_.active_poll : pace_.retick_period;
  const base::Duration longest = std::max(first, memory.braked ? kLongestBrake : kLongestRetick);
  const base::Duration more =
      memory.braked ? std::max(memory.block / 4, base::Duration(1)) : memory.block;
  return std::clamp(memory.block + more, first, longest);
}

void DemandPolicy::Record(const Request& request, const DemandAnswer& answer, Time now) {
  Memory& memory = queues_[request.queue_id];
  if (answer.tick_id) {
    memory.moved_at = {};
    memory.last_tick = now;
    memory.tokens -= 1;
    memory.block = base::Duration(0);
    memory.blocked_until = {};
    memory.braked = false;
    return;
  }
  // Braked: a consumer is busy. Else the transactions waited for are still open.
  if (memory.braked != answer.braked) memory.block = base::Duration(0);
  memory.braked = answer.braked;
  memory.block = NextBlock(memory);
  memory.blocked_until = now + memory.block;
  next_attempt_ = std::min(next_attempt_.value_or(memory.blocked_until), memory.blocked_until);
}

}  // namespace pgqd
