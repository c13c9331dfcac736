// When a queue gets a tick on demand: the decisions, without server and clock.
//
// A queue is ticked when its event sequence moved since its newest tick. The sequence moves at
// insert, not at commit: a tick may be made while the writer is still open, and then counts events
// that only later become visible. So after each tick that moved the sequence, whoever made it, its
// xmax is kept as `wait_txid`, and the queue is ticked again as older transactions end, until a
// tick's xmin has reached it.
//
// The event's transaction mostly ends within a millisecond, so when one is open the first look
// waits that long for it: a tick too early costs each consumer an empty batch, and the second one
// comes only after those.
//
// Some transaction is open for hours, mostly, and may be one of another database that never wrote
// an event. So a queue that waits is asked for when one of those it waits for has ended, not as
// long as any is open; and it waits for nobody when its sequence has moved.
//
// Where ticks follow each other anyway, nothing is gained by such a wait: some of the events are
// committed, and the next tick is near.
//
// Limits per queue: a distance between ticks; a longer one while the oldest transaction that was
// open at the newest tick is still open, as such ticks mostly deliver nothing; and on average no
// more than `max_rate` a second, since every tick is a row in pgq.tick until rotation and a batch
// for each consumer.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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
  bool missed = false;  // it failed, or another session keeps the queue from being ticked
  // Nobody who wrote what the tick has counted is open any more.
  bool settled = false;
};

// Which transactions are open, in all databases of the server: `running`, and all from xmax on.
struct OpenTransactions {
  std::int64_t xmin = 0, xmax = 0;
  std::vector<std::int64_t> running;
};
// "10:20:10,14" as the server writes a txid_snapshot. Throws base::Error.
OpenTransactions ParseOpenTransactions(std::string_view text);

class DemandPolicy {
 public:
  using Time = base::Clock::time_point;

  // After a pause this many seconds' worth of ticks may come faster.
  static constexpr double kBurstSeconds = 4;
  static constexpr base::Duration kCommitTime{2};
  // A queue whose newest tick on demand is younger gets them one after the other.
  static constexpr base::Duration kSteady{100};
  static constexpr base::Duration kLongestBrake{50};
  static constexpr base::Duration kLongestRetick{1000};

  struct Request {
    std::string queue;
    int queue_id;
    std::optional<std::int64_t> wait_txid;
    bool moved = true;  // the event sequence did
  };

  struct Pace {
    base::Duration active_poll{2};
    base::Duration retick_period{50};
    double max_rate = 200;  // ticks a second, of each queue
  };
  void SetPace(const Pace& pace) { pace_ = pace; }

  // Whether Decide() would make use of its `writers_open`: some queue was not seen to move before.
  bool AsksForWriters(const std::vector<QueueTicks>& queues, Time now) const;
  // kAll: queues that are not among them have been dropped. kSome: nothing is known of the others,
  // and all of Pending() are among them.
  enum class Which { kAll, kSome };
  // The queues to tick now. `open`: the snapshot that `queues` was read with.
  // `writers_open`: some transaction that writes is open. Each request is answered by Record().
  std::vector<Request> Decide(const std::vector<QueueTicks>& queues, const OpenTransactions& open,
                              bool writers_open, Time now, Which which = Which::kAll);
  void Record(const Request& request, const DemandAnswer& answer, Time now);

  // Some queue has events that no tick covers yet, or waits for open transactions.
  bool pending() const { return !pending_.empty(); }
  // Which, and since when nothing was done about it.
  const std::map<int, Time>& Pending() const { return pending_; }
  // Those that have pended for `patience`: it is up to the ordinary ticker. Each is named once in
  // that time.
  std::vector<int> TakeOverdue(base::Duration patience, Time now);
  // When a tick that was held back may be made; look again then, even if nothing else moved.
  std::optional<Time> next_attempt() const { return next_attempt_; }
  // Until when no queue would be ticked whatever comes, since consumers are behind: no need to
  // look.
  std::optional<Time> AllBrakedUntil(Time now) const;

 private:
  struct Memory {
    std::int64_t tick_event_seq = 0;
    std::optional<std::int64_t> wait_txid;
    Time moved_at{};  // the sequence was first seen above the newest tick's
    Time last_tick{};
    double tokens = 0;
    Time tokens_at{};
    // How many of those below wait_txid were open when the queue was last asked for; nullopt: ask.
    std::optional<std::int64_t> open;
    Time blocked_until{};
    base::Duration block{0};
    bool held = false;  // braked or missed when it was last asked for
    bool missed = false;
  };
  static void Observe(const QueueTicks& queue, Memory& memory, bool is_new, Time now);
  void Forget(const std::vector<QueueTicks>& but);
  bool Pends(const QueueTicks& queue, Memory& memory, bool is_new, Time now);
  bool IsSteady(const Memory& memory, Time now) const {
    return memory.last_tick != Time{} && now - memory.last_tick < kSteady;
  }
  Time NotBefore(Memory& memory, bool oldest_ended, Time now) const;
  bool StillWaits(const QueueTicks& queue, const Memory& memory, std::int64_t open, Time now);
  base::Duration NextBlock(const Memory& memory) const;

  Pace pace_;
  std::map<int, Memory> queues_;
  std::map<int, Time> pending_;
  std::optional<Time> next_attempt_;
};

}  // namespace pgqd
