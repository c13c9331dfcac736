// How often a worker retries, polls and complains.
#include <gtest/gtest.h>

#include "cascade/failure_log.h"
#include "cascade/poll_pacer.h"
#include "cascade/retry_pacer.h"

namespace cascade {
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

TEST(PollPacer, StaysAtLoopDelayUntilNotificationsHaveProvedToWork) {
  PollPacer pacer;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pacer.NextWait(true, 1s), 1s);
}

TEST(PollPacer, SlowsDownWhileNotificationsAnnounceBatches) {
  PollPacer pacer;
  pacer.Found(true);
  for (const auto expected : {1s, 2s, 4s, 8s, 10s, 10s})
    EXPECT_EQ(pacer.NextWait(true, 1s), expected);
  pacer.Found(true);
  EXPECT_EQ(pacer.NextWait(true, 1s), 1s);
}

TEST(PollPacer, ReturnsToLoopDelayWhenABatchCameUnannounced) {
  PollPacer pacer;
  pacer.Found(true);
  for (int i = 0; i < 4; ++i) pacer.NextWait(true, 1s);
  pacer.Found(false);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(pacer.NextWait(true, 1s), 1s);
}

TEST(PollPacer, NeverSlowerThanLoopDelayWithoutAListener) {
  PollPacer pacer;
  pacer.Found(true);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pacer.NextWait(false, 1s), 1s);
}

TEST(PollPacer, KeepsALoopDelayThatIsSlowerThanItsOwnLimit) {
  PollPacer pacer;
  pacer.Found(true);
  EXPECT_EQ(pacer.NextWait(true, 30s), 30s);
  EXPECT_EQ(pacer.NextWait(true, 30s), 30s);
}

class FailureLogTest : public testing::Test {
 protected:
  FailureLog log_;
  base::Clock::time_point start_ = base::Clock::time_point() + 1h;
};

TEST_F(FailureLogTest, SaysTheFirstOfAKindAndWhatHappensNext) {
  EXPECT_EQ(log_.Failed("no route", 200ms, start_), "no route; retrying in 0.2 s");
  EXPECT_EQ(log_.Failed("disk full", 400ms, start_ + 1s), "disk full; retrying in 0.4 s");
}

TEST_F(FailureLogTest, CountsRepetitionsPerMinute) {
  log_.Failed("no route", 200ms, start_);
  EXPECT_EQ(log_.Failed("no route", 20s, start_ + 20s), std::nullopt);
  EXPECT_EQ(log_.Failed("no route", 20s, start_ + 40s), std::nullopt);
  EXPECT_EQ(log_.Failed("no route", 20s, start_ + 60s),
            "no route; 3 times in 60 s; retrying in 20.0 s");
  EXPECT_EQ(log_.Failed("no route", 20s, start_ + 80s), std::nullopt);
}

TEST_F(FailureLogTest, SaysWhenItWorksAgain) {
  EXPECT_EQ(log_.Succeeded(start_), std::nullopt);
  log_.Failed("no route", 200ms, start_);
  EXPECT_EQ(log_.Succeeded(start_ + 500ms), "working again after 1 failure in 0.5 s");
  EXPECT_EQ(log_.Succeeded(start_ + 1s), std::nullopt);
  EXPECT_EQ(log_.Failed("no route", 200ms, start_ + 2s), "no route; retrying in 0.2 s");
}

}  // namespace
}  // namespace cascade
