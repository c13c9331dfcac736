// How often a worker polls and complains.
#include <gtest/gtest.h>

#include "cascade/failure_log.h"
#include "cascade/poll_pacer.h"

namespace cascade {
namespace {

using namespace std::chrono_literals;

TEST(PollPacer, StaysAtLoopDelayUntilNotificationsHaveProvedToWork) {
  PollPacer pacer;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pacer.NextWait(true, 1s), 1s);
}

TEST(PollPacer, SlowsDownWhileNotificationsAnnounceBatches) {
  PollPacer pacer;
  pacer.Found(true);
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s})
    EXPECT_EQ(pacer.NextWait(true, 1s), expected);
  pacer.Found(true);
  EXPECT_EQ(pacer.NextWait(true, 1s), 30s) << "the next one will be announced, too";
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
