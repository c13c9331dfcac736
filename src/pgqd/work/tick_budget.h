// How much time ticks on demand may take, of all databases together: a round of looking, ticking
// and notifying lasts as long as the server works on it, about, so rounds are as far apart as they
// are expensive. Credit of a few seconds lets the first events after a pause through at once.
#pragma once

#include <mutex>

#include "base/clock.h"

namespace pgqd {

// Any thread.
class TickBudget {
 public:
  using Time = base::Clock::time_point;

  // So many seconds' worth of the share can be saved up.
  static constexpr double kSavedSeconds = 4;

  // A round that took `spent` has ended at `now`. `share`: of one processor, 0 to 1. Result: when
  // the next round may begin.
  Time Spend(base::Clock::duration spent, double share, Time now);

 private:
  std::mutex mutex_;
  double credit_s_ = 0;  // negative: overdrawn
  Time at_{};
};

}  // namespace pgqd
