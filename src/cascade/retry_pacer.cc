#include "cascade/retry_pacer.h"

#include <algorithm>
#include <memory>
#include <random>

namespace cascade {

RetryPacer::RetryPacer(std::function<double()> random01) : random01_(std::move(random01)) {
  if (random01_) return;
  random01_ = [engine = std::mt19937(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

base::Duration RetryPacer::NextDelay(base::Duration limit) {
  constexpr base::Duration kFirst(200);
  constexpr int kMostDoublings = 16;
  const base::Duration full = std::min(limit, kFirst * (1 << std::min(failures_, kMostDoublings)));
  if (failures_ < kMostDoublings) ++failures_;
  return std::chrono::duration_cast<base::Duration>(full * (0.75 + 0.25 * random01_()));
}

}  // namespace cascade
