#include "pgqd/work/tick_schedule.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pgqd {
namespace {

using namespace std::chrono_literals;

class TickScheduleTest : public testing::Test {
 protected:
  TickScheduleTest() { schedule_.Called(start_, 100); }
  base::Duration Pause(const TickSchedule::Inputs& now_is, base::Duration period = 1s) const {
    return std::chrono::duration_cast<base::Duration>(schedule_.NextCall(period, now_is) - start_);
  }
  TickSchedule schedule_;
  TickSchedule::Time start_ = TickSchedule::Time{} + 1h;
};

TEST_F(TickScheduleTest, CallsAtOnceForTheFirstTime) {
  EXPECT_EQ(TickSchedule().NextCall(1s, {}), TickSchedule::Time{});
}

TEST_F(TickScheduleTest, CallsEachPeriodWhenTheServerMoved) {
  EXPECT_EQ(Pause({.lsn = 101}), 1s);
  EXPECT_EQ(Pause({.lsn = 101}, 300ms), 300ms);
}

TEST_F(TickScheduleTest, CallsSeldomWhenNothingMoved) {
  EXPECT_EQ(Pause({.lsn = 100}), TickSchedule::kQuietPeriod);
  EXPECT_EQ(Pause({.lsn = 100}, 60s), 60s) << "never more often than ticker_period";
}

TEST_F(TickScheduleTest, QuietDatabasesMeetAtTheSameMoments) {
  const auto after = [this](base::Duration offset) {
    TickSchedule schedule;
    schedule.Called(start_ + offset, 100);
    return schedule.NextCall(1s, {.lsn = 100}) - start_;
  };
  EXPECT_EQ(after(1ms), 15s);
  EXPECT_EQ(after(14999ms), 15s);
  EXPECT_EQ(after(15s), 30s);
}

TEST_F(TickScheduleTest, WaitsForTheIdleTickThatIsDue) {
  schedule_.ExpectIdleTick(start_ + 4s);
  EXPECT_EQ(Pause({.lsn = 100}), 15s);
  schedule_.ExpectIdleTick(start_ + 30s);
  EXPECT_EQ(Pause({.lsn = 100}), 30s);
  schedule_.ExpectIdleTick(start_ + 30s + 1ms);
  EXPECT_EQ(Pause({.lsn = 100}), 45s);
  EXPECT_EQ(Pause({.lsn = 101}), 1s) << "something happened";
  schedule_.ExpectIdleTick(start_ + 1h);
  EXPECT_EQ(Pause({.lsn = 100}), 75s) << "settings may change";
  schedule_.ExpectIdleTick(start_ - 1h);
  EXPECT_EQ(Pause({.lsn = 100}), 15s);
  schedule_.ExpectIdleTick(std::nullopt);
  EXPECT_EQ(Pause({.lsn = 100}), 15s);
}

TEST_F(TickScheduleTest, KeepsCallingForAWhileAfterAMove) {
  schedule_.Called(start_, 101);
  EXPECT_EQ(Pause({.lsn = 101}), 1s) << "the tick may have been too early for ticker_max_lag";
  EXPECT_EQ(Pause({.lsn = 101, .on_demand = true}), TickSchedule::kQuietPeriod);
  start_ += TickSchedule::kAttention - 1ms;
  schedule_.Called(start_, 101);
  EXPECT_EQ(Pause({.lsn = 101}), 1s);
  start_ += 1ms;
  schedule_.Called(start_, 101);
  EXPECT_EQ(schedule_.NextCall(1s, {.lsn = 101}), CommonMoment(start_, TickSchedule::kQuietPeriod));
}

TEST_F(TickScheduleTest, CallsEachPeriodWhenTheGateKnowsNothing) { EXPECT_EQ(Pause({}), 1s); }

TEST_F(TickScheduleTest, LeavesNewEventsToTicksOnDemand) {
  EXPECT_EQ(Pause({.lsn = 101, .on_demand = true}), TickSchedule::kQuietPeriod);
  EXPECT_EQ(Pause({.lsn = 101, .on_demand = true, .other_queues = true}), 1s);
  EXPECT_EQ(Pause({.lsn = 100, .on_demand = true, .pending = true}), 1s)
      << "a brake leaves events to the thresholds";
}

}  // namespace
}  // namespace pgqd
