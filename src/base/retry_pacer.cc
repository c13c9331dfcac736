#include "base/retry_pacer.h"

#include <algorithm>
#include <memory>
#include <random>

namespace base {

RetryPacer::RetryPacer(std::function<double()> random01) : random01_(std::move(random01)) {
  if (random01_) return;
  random01_ = [engine = std::mt19937(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

Duration RetryPacer::NextDelay(Duration limit) {
  constexpr Duration kFirst(200);
  constexpr int kMostDoublings = 16;
  const Duration full = std::min(limit, kFirst * (1 << std::min(failures_, kMostDoublings)));
  if (failures_ < kMostDoublings) ++failures_;
  return std::chrono::duration_cast<Duration>(full * (0.75 + 0.25 * random01_()));
}

}  // namespace base
