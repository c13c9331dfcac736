// When a queue gets a tick on demand: the decisions, without server and clock.
//
// A queue is ticked when its event sequence moved since its newest tick. The sequence moves at
// insert, not at commit: a tick may be made while the writer is still open, and then counts events
// that only later become visible. So after each tick that moved the sequence, whoever made it, its
// xmax is kept as `wait_txid`, and the queue is ticked again as older transactions end, until a
// tick's xmin has reached it.
//
// Limits per queue: a distance between ticks; a longer one while the oldest transaction that was
// open at the newest tick is still open, as such ticks mostly deliver nothing; and on average no
// more than kTicksPerSecond, since every tick is a row in pgq.tick until rotation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace pgqd {

// A row of pgq.ticker_demand_state().
struct QueueTicks {
  std::string name;
  int queue_id = 0;
  std::int64_t event_seq = 0;
  std::optional<std::int64_t> tick_id;  // no tick yet: nullopt, and the rest is 0
  std::int64_t tick_event_seq = 0;
  std::int64_t tick_xmin = 0;
  std::int64_t tick_xmax = 0;
};

// A row of pgq.ticker_on_demand().
struct DemandAnswer {
  std::optional<std::int64_t> tick_id;
  bool braked = false;
};

class DemandPolicy {
 public:
  using Time = base::Clock::time_point;

  static constexpr double kTicksPerSecond = 25;
  static constexpr double kBurst = 100;
  static constexpr base::Duration kLongestBrake{50};
  static constexpr base::Duration kLongestRetick{1000};

  struct Request {
    std::string queue;
    int queue_id;
    std::optional<std::int64_t> wait_txid;
  };

  void SetPeriods(base::Duration active_poll, base::Duration retick_period) {
    active_poll_ = active_poll;
    retick_period_ = retick_period;
  }

  // The queues to tick now. `oldest_txid`: xmin of the snapshot that `queues` was read with. Each
  // request is answered by Record().
  std::vector<Request> Decide(const std::vector<QueueTicks>& queues, std::int64_t oldest_txid,
                              Time now);
  void Record(const Request& request, const DemandAnswer& answer, Time now);

  // Some queue has events that no tick covers yet, or waits for open transactions.
  bool pending() const { return pending_; }
  // When a tick that was held back may be made; look again then, even if nothing else moved.
  std::optional<Time> next_attempt() const { return next_attempt_; }

 private:
  struct Memory {
    std::int64_t tick_event_seq = 0;
    std::optional<std::int64_t> wait_txid;
    Time last_tick{};
    double tokens = kBurst;
    Time tokens_at{};
    Time blocked_until{};
    base::Duration block{0};
    bool braked = false;
  };
  void Observe(const QueueTicks& queue, Memory& memory, bool is_new);
  Time NotBefore(Memory& memory, bool oldest_ended, Time now) const;

  base::Duration active_poll_{5};
  base::Duration retick_period_{50};
  std::map<int, Memory> queues_;
  bool pending_ = false;
  std::optional<Time> next_attempt_;
};

}  // namespace pgqd
