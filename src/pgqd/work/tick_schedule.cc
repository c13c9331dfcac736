#include "pgqd/work/tick_schedule.h"

#include <algorithm>

namespace pgqd {

base::Clock::time_point CommonMoment(base::Clock::time_point last, base::Clock::duration pause) {
  if (pause <= base::Clock::duration::zero()) return last;
  const auto wanted = (last + pause).time_since_epoch();
  return base::Clock::time_point(wanted - wanted % pause);
}

TickSchedule::Time TickSchedule::NextCall(base::Duration period, const Inputs& now_is) const {
  if (!last_) return Time{};
  const bool moved = !now_is.lsn || !lsn_ || *now_is.lsn != *lsn_;
  const bool attentive = moved || (moved_ && *last_ - *moved_ < kAttention);
  const bool busy = now_is.pending || (attentive && (!now_is.on_demand || now_is.other_queues));
  if (busy || period > kQuietPeriod) return *last_ + period;
  const Time next = CommonMoment(*last_, kQuietPeriod);
  if (!idle_tick_due_) return next;
  const Time due = CommonMoment(*idle_tick_due_ - Time::duration(1), kQuietPeriod);
  return std::clamp(due, next, next + kLongestQuiet);
}

void TickSchedule::Called(Time now, std::optional<std::uint64_t> lsn) {
  if (last_ && lsn != lsn_) moved_ = now;
  last_ = now;
  lsn_ = lsn;
}

}  // namespace pgqd
