#include "pgqd/back_off.h"

#include <algorithm>
#include <random>

namespace pgqd {
namespace {

double Random() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

BackOff::BackOff(base::Duration first, base::Duration limit, std::function<double()> random)
    : first_(first), limit_(limit), step_(first), random_(random ? std::move(random) : Random) {}

base::Duration BackOff::Next() {
  const auto pause = base::Duration(static_cast<base::Duration::rep>(
      static_cast<double>(step_.count()) * (0.75 + random_() / 2)));
  step_ = std::min(step_ * 2, limit_);
  return pause;
}

}  // namespace pgqd
