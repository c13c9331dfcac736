#include "base/growing_pause.h"

#include <cmath>
#include <limits>
#include <random>
#include <utility>

namespace base {
namespace {

double Random01() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

GrowingPause::GrowingPause(PauseGrowth growth, std::function<double()> random01)
    : growth_(growth), random01_(random01 ? std::move(random01) : Random01) {}

Duration GrowingPause::Next(Duration longest) {
  const double grown =
      static_cast<double>(growth_.first.count()) * std::pow(growth_.factor, taken_);
  if (taken_ < std::numeric_limits<int>::max()) ++taken_;
  // Compared before the conversion: in time it is more than any Duration holds.
  const Duration pause = grown < static_cast<double>(longest.count())
                             ? Duration(static_cast<Duration::rep>(grown))
                             : longest;
  const auto& [from, to] = growth_.jitter;
  if (from == to) return pause;
  const double share = from + (to - from) * random01_();
  return Duration(static_cast<Duration::rep>(static_cast<double>(pause.count()) * share));
}

void GrowingPause::Change(Duration first, Duration longest) {
  growth_.first = first;
  growth_.longest = longest;
}

GrowingPause PauseAfterFailure(Duration longest, std::function<double()> random01) {
  return GrowingPause(
      {.first = Duration(200), .longest = longest, .factor = 2, .jitter = {.from = 0.75, .to = 1}},
      std::move(random01));
}

}  // namespace base
