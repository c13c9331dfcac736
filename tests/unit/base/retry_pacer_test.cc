// How long to wait after failures in a row.
#include "base/retry_pacer.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using namespace std::chrono_literals;

TEST(RetryPacer, DoublesFromAFifthOfASecondUpToTheLimit) {
  RetryPacer pacer([] { return 1.0; });
  for (const auto expected :
       {200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 20000ms, 20000ms})
    EXPECT_EQ(pacer.NextDelay(20s), expected);
}

TEST(RetryPacer, StartsOverAfterASuccess) {
  RetryPacer pacer([] { return 1.0; });
  pacer.NextDelay(20s);
  pacer.NextDelay(20s);
  pacer.Succeeded();
  EXPECT_EQ(pacer.NextDelay(20s), 200ms);
}

TEST(RetryPacer, JitterTakesAtMostAQuarter) {
  RetryPacer shortest([] { return 0.0; });
  EXPECT_EQ(shortest.NextDelay(20s), 150ms);
  RetryPacer real;
  for (int i = 0; i < 100; ++i) {
    const auto delay = real.NextDelay(1s);
    EXPECT_GE(delay, 150ms);
    EXPECT_LE(delay, 1s);
  }
}

TEST(RetryPacer, NeverWaitsLongerThanASmallLimit) {
  RetryPacer pacer([] { return 1.0; });
  EXPECT_EQ(pacer.NextDelay(50ms), 50ms);
  EXPECT_EQ(pacer.NextDelay(50ms), 50ms);
}

}  // namespace
}  // namespace base
