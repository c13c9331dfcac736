#include "pgqd/work/tick_budget.h"

#include <gtest/gtest.h>

namespace pgqd {
namespace {

using namespace std::chrono_literals;
using Time = TickBudget::Time;

constexpr double kShare = 0.2;

TEST(TickBudgetTest, RoundsAreAsFarApartAsTheyAreExpensive) {
  for (const auto cost : {500us, 1000us, 8000us}) {
    TickBudget budget;
    Time now = Time{} + 1h;
    const Time start = now;
    base::Clock::duration spent{};
    while (now < start + 60s) {
      now += cost;
      spent += cost;
      now = budget.Spend(cost, kShare, now);
    }
    const double share = std::chrono::duration<double>(spent) / (now - start);
    const double saved = kShare * TickBudget::kSavedSeconds / 60;
    EXPECT_NEAR(share, kShare + saved, 0.001) << cost.count();
  }
}

TEST(TickBudgetTest, APauseSavesUp) {
  TickBudget budget;
  Time now = Time{} + 1h;
  EXPECT_EQ(budget.Spend(800ms, kShare, now), now);
  EXPECT_GT(budget.Spend(1ms, kShare, now), now);
  now += 1s;
  EXPECT_EQ(budget.Spend(198ms, kShare, now), now);
  EXPECT_GT(budget.Spend(10ms, kShare, now), now);
  now += 1h;
  EXPECT_EQ(budget.Spend(800ms, kShare, now), now) << "but no more than at first";
  EXPECT_GT(budget.Spend(10ms, kShare, now), now);
}

TEST(TickBudgetTest, ThreadsShareIt) {
  TickBudget budget;
  const Time now = Time{} + 1h;
  budget.Spend(800ms, kShare, now);
  const auto after = [](base::Clock::duration wait) {
    return std::chrono::round<base::Duration>(wait);
  };
  EXPECT_EQ(after(budget.Spend(2ms, kShare, now) - now), 10ms);
  EXPECT_EQ(after(budget.Spend(2ms, kShare, now - 1ms) - now), 19ms)
      << "one that looked at the clock before the other";
}

}  // namespace
}  // namespace pgqd
