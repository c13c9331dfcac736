#include "londiste/compare/throttle.h"

#include <algorithm>

namespace londiste::compare {
namespace {

constexpr std::chrono::milliseconds kSlice{250};

}  // namespace

void Throttle::Begin(base::Deadline rest_until) {
  const std::lock_guard lock(mutex_);
  rest_until_ = rest_until;
}

void Throttle::Rest(base::Interrupt& interrupt, base::Clock::duration worked,
                    const std::atomic<bool>& failed) {
  base::Deadline until = base::Deadline::Never();
  {
    const std::lock_guard lock(mutex_);
    until = rest_until_;
  }
  const auto rest = std::chrono::duration_cast<base::Clock::duration>(worked * (1 / share_ - 1));
  const auto end = base::Clock::now() + rest;
  auto left = rest;
  for (; left.count() > 0 && !failed && !until.Passed(); left = end - base::Clock::now())
    interrupt.Sleep(base::Deadline::After(std::min<base::Clock::duration>(left, kSlice)));
  if (left.count() <= 0) return;
  const std::lock_guard lock(mutex_);
  debt_ += left;
}

base::Clock::duration Throttle::TakeDebt() {
  const std::lock_guard lock(mutex_);
  const auto debt = debt_ / sessions_;
  debt_ = {};
  return debt;
}

}  // namespace londiste::compare
