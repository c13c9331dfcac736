// When the ordinary ticker, pgq.ticker(), is called: each ticker_period while there may be
// something for it, seldom otherwise.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace pgqd {

// The last moment within one `pause` after `last` that is the same for all: what all databases do
// now and then, they do together. Each tick moves the WAL position, and that makes all of them look
// for events; and one wake costs less than two.
base::Clock::time_point CommonMoment(base::Clock::time_point last, base::Clock::duration pause);

class TickSchedule {
 public:
  using Time = base::Clock::time_point;

  // Idle ticks are due at distances of many seconds, so a database where nothing happens is asked
  // this often at most, at common moments: when the next of them is due, or not known.
  static constexpr base::Duration kQuietPeriod{15'000};
  // More than that at most, since the settings of queues may change.
  static constexpr base::Duration kLongestQuiet = 4 * kQuietPeriod;
  // The last event before a pause waits for its queue's ticker_max_lag while nothing moves any
  // more: the ticker goes on being called for as long as usual values of that take.
  static constexpr base::Duration kAttention{10'000};

  struct Inputs {
    std::optional<std::uint64_t> lsn;  // the server's WAL position, when the WAL watch knows it
    bool on_demand = false;            // ticks on demand are made here
    bool pending = false;              // and have left something to do
    bool other_queues = false;         // there are queues that are not ticked on demand
  };

  Time NextCall(base::Duration period, const Inputs& now_is) const;
  // pgq.ticker() is being called; `lsn` as before the call.
  void Called(Time now, std::optional<std::uint64_t> lsn);
  // When the first idle tick of a queue is due, as the queues stand now; nullopt: not known.
  void ExpectIdleTick(std::optional<Time> due) { idle_tick_due_ = due; }

 private:
  std::optional<Time> last_;
  std::optional<Time> moved_;  // the last call that came after a move
  std::optional<std::uint64_t> lsn_;
  std::optional<Time> idle_tick_due_;
};

}  // namespace pgqd
