#include "pgqd/work/tick_budget.h"

#include <algorithm>
#include <chrono>

namespace pgqd {

TickBudget::Time TickBudget::Spend(base::Clock::duration spent, double share, Time now) {
  using Seconds = std::chrono::duration<double>;
  const std::lock_guard lock(mutex_);
  const double most = kSavedSeconds * share;
  const double earned = at_ == Time{} ? most : std::max(0.0, Seconds(now - at_).count()) * share;
  credit_s_ = std::min(most, credit_s_ + earned) - Seconds(spent).count();
  at_ = std::max(at_, now);
  if (credit_s_ >= 0) return now;
  return now + std::chrono::duration_cast<base::Clock::duration>(Seconds(-credit_s_ / share));
}

}  // namespace pgqd
