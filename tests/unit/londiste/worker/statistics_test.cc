#include "londiste/worker/statistics.h"

#include <gtest/gtest.h>

namespace londiste::worker {
namespace {

using namespace std::chrono_literals;

class StatisticsTest : public testing::Test {
 protected:
  Statistics statistics_;
  base::Clock::time_point start_ = base::Clock::time_point() + 1h;
};

TEST_F(StatisticsTest, FirstBatchGetsALineAtOnce) {
  EXPECT_EQ(statistics_.AddBatch(3, 0, 12ms, start_), "{count: 3, duration: 0.012}");
}

TEST_F(StatisticsTest, LaterBatchesAreSummedUpForFiveSeconds) {
  statistics_.AddBatch(3, 0, 12ms, start_);
  EXPECT_EQ(statistics_.AddBatch(5, 2, 10ms, start_ + 1s), std::nullopt);
  EXPECT_EQ(statistics_.AddBatch(1, 0, 5ms, start_ + 5s),
            "{count: 6, duration: 0.015, ignored_events: 2}");
}

TEST_F(StatisticsTest, ARestIsNotLostWhenNothingFollows) {
  statistics_.AddBatch(3, 0, 12ms, start_);
  statistics_.AddBatch(5, 0, 10ms, start_ + 1s);
  EXPECT_EQ(statistics_.Idle(300s, start_ + 2s), std::nullopt);
  EXPECT_EQ(statistics_.Idle(300s, start_ + 6s), "{count: 5, duration: 0.010}");
  EXPECT_EQ(statistics_.Idle(300s, start_ + 8s), std::nullopt);
}

TEST_F(StatisticsTest, EmptyBatchesAreQuietButAnIdleWorkerShowsThatItLives) {
  EXPECT_EQ(statistics_.Idle(300s, start_), std::nullopt);
  EXPECT_EQ(statistics_.AddBatch(0, 0, 1ms, start_ + 60s), std::nullopt);
  EXPECT_EQ(statistics_.Idle(300s, start_ + 300s), "{count: 0, duration: 0.001, idle: 300}");
  EXPECT_EQ(statistics_.Idle(0ms, start_ + 1000s), std::nullopt);
}

}  // namespace
}  // namespace londiste::worker
