// How long to wait before the next attempt.
#include "base/growing_pause.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using namespace std::chrono_literals;

TEST(GrowingPauseTest, GrowsUpToTheLimitAndStartsAgain) {
  GrowingPause pause({.first = 100ms, .longest = 500ms});
  for (const auto expected : {100ms, 200ms, 400ms, 500ms, 500ms}) EXPECT_EQ(pause.Next(), expected);
  EXPECT_EQ(pause.taken(), 5);
  pause.Reset();
  EXPECT_EQ(pause.taken(), 0);
  EXPECT_EQ(pause.Next(), 100ms);
}

TEST(GrowingPauseTest, GrowsByAnotherFactorThanTwo) {
  GrowingPause pause({.first = 20ms, .longest = 1s, .factor = 1.5});
  for (const auto expected : {20ms, 30ms, 45ms, 67ms, 101ms}) EXPECT_EQ(pause.Next(), expected);
}

TEST(GrowingPauseTest, NeverWaitsLongerThanALimitBelowTheFirstPause) {
  GrowingPause pause({.first = 200ms, .longest = 50ms});
  EXPECT_EQ(pause.Next(), 50ms);
  EXPECT_EQ(pause.Next(), 50ms);
}

TEST(GrowingPauseTest, StaysAtTheLimitForEver) {
  GrowingPause pause({.first = 1ms, .longest = Duration::max()});
  for (int i = 0; i < 5000; ++i) pause.Next();
  EXPECT_EQ(pause.Next(), Duration::max());
}

TEST(GrowingPauseTest, TheLimitMayDifferFromTimeToTime) {
  GrowingPause pause({.first = 100ms, .longest = 1s});
  for (int i = 0; i < 4; ++i) pause.Next(300ms);
  EXPECT_EQ(pause.Next(), 1s) << "it has grown, although less was allowed";
}

TEST(GrowingPauseTest, OtherLimitsLeaveItsGrowthAlone) {
  GrowingPause pause({.first = 100ms, .longest = 1s});
  pause.Next();
  pause.Change(1s, 1min);
  EXPECT_EQ(pause.Next(), 2s);
}

TEST(GrowingPauseTest, JitterIsAShareOfThePause) {
  const PauseGrowth growth{.first = 100ms, .longest = 1s, .jitter = {.from = 0.75, .to = 1.25}};
  EXPECT_EQ(GrowingPause(growth, [] { return 0.0; }).Next(), 75ms);
  EXPECT_EQ(GrowingPause(growth, [] { return 0.5; }).Next(), 100ms);
  EXPECT_EQ(GrowingPause(growth, [] { return 0.9999; }).Next(), 124ms);
}

TEST(GrowingPauseTest, AfterFailuresItNeverExceedsTheLimit) {
  GrowingPause longest = PauseAfterFailure(20s, [] { return 1.0; });
  for (const auto expected :
       {200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 12800ms, 20000ms, 20000ms})
    EXPECT_EQ(longest.Next(), expected);
  GrowingPause real = PauseAfterFailure(1s);
  for (int i = 0; i < 100; ++i) {
    const auto pause = real.Next();
    EXPECT_GE(pause, 150ms);
    EXPECT_LE(pause, 1s);
  }
}

}  // namespace
}  // namespace base
