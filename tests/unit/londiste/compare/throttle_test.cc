#include "londiste/compare/throttle.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using namespace std::chrono_literals;
using londiste::compare::Throttle;

class ThrottleTest : public testing::Test {
 protected:
  base::Clock::duration Rest(Throttle& throttle, base::Clock::duration worked) {
    const auto start = base::Clock::now();
    throttle.Rest(interrupt_, worked, failed_);
    return base::Clock::now() - start;
  }
  base::Interrupt interrupt_;
  std::atomic<bool> failed_{false};
};

TEST_F(ThrottleTest, RestsInProportion) {
  Throttle quarter(0.25, 2), all(1, 2);
  EXPECT_GE(Rest(quarter, 10ms), 30ms);
  EXPECT_EQ(quarter.TakeDebt(), 0ms);
  Rest(all, 1h);
  EXPECT_EQ(all.TakeDebt(), 0ms);
}

TEST_F(ThrottleTest, WhatTheSnapshotHasNoTimeForIsOwed) {
  Throttle half(0.5, 2);
  half.Begin(base::Deadline::After(0ms));
  Rest(half, 1h);
  Rest(half, 3h);
  EXPECT_GT(half.TakeDebt(), 119min);
  EXPECT_LE(half.TakeDebt(), 0ms);
}

TEST_F(ThrottleTest, AFailureOrASignalEndsIt) {
  Throttle half(0.5, 2);
  failed_ = true;
  Rest(half, 1h);
  failed_ = false;
  interrupt_.Cancel();
  EXPECT_THROW(Rest(half, 1h), base::Interrupted);
}

}  // namespace
