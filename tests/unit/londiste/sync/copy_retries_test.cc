#include "londiste/sync/copy_retries.h"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using londiste::sync::CopyRetries;

const base::Clock::time_point kStart{1000s};

TEST(CopyRetriesTest, LetsAnUnknownTableStart) {
  EXPECT_TRUE(CopyRetries(10s).MayStart("public.t", kStart));
}

TEST(CopyRetriesTest, PausesGrowAfterEachFailureUpToTheLongest) {
  CopyRetries retries(4s);
  base::Duration last{0};
  for (int failure = 0; failure < 3; ++failure) {
    const base::Duration pause = retries.Failed("public.t", pg::ErrorClass::kTransient, kStart);
    EXPECT_GT(pause, last);
    last = pause;
  }
  for (int failure = 0; failure < 100; ++failure)
    EXPECT_LE(retries.Failed("public.t", pg::ErrorClass::kTransient, kStart), 4800ms);
}

TEST(CopyRetriesTest, WhatNeedsSomebodyIsTriedMoreSeldom) {
  CopyRetries retries(4s);
  base::Duration last{0};
  for (int failure = 0; failure < 100; ++failure)
    last = retries.Failed("public.t", pg::ErrorClass::kNeedsSomebody, kStart);
  EXPECT_GE(last, 32s);
  EXPECT_LE(last, 48s);
}

TEST(CopyRetriesTest, HoldsOneTableBackAndNotAnother) {
  CopyRetries retries(10s);
  const base::Duration pause = retries.Failed("public.t", pg::ErrorClass::kTransient, kStart);
  EXPECT_FALSE(retries.MayStart("public.t", kStart + pause - 1ms));
  EXPECT_TRUE(retries.MayStart("public.t", kStart + pause));
  EXPECT_TRUE(retries.MayStart("public.u", kStart));
}

TEST(CopyRetriesTest, ForgetsAfterSuccess) {
  CopyRetries retries(10s);
  retries.Failed("public.t", pg::ErrorClass::kTransient, kStart);
  retries.Forget("public.t");
  EXPECT_TRUE(retries.MayStart("public.t", kStart));
}

TEST(CopyRetriesTest, TellsAReasonOnlyOnce) {
  CopyRetries retries(10s);
  EXPECT_TRUE(retries.NotReady("public.t", "not there", kStart));
  EXPECT_FALSE(retries.NotReady("public.t", "not there", kStart));
  EXPECT_TRUE(retries.NotReady("public.t", "not ok", kStart));
  EXPECT_FALSE(retries.MayStart("public.t", kStart));
  EXPECT_TRUE(retries.MayStart("public.t", kStart + 10s));
}

TEST(CopyRetriesTest, HoldsBackBrieflyAfterAnInterruption) {
  CopyRetries retries(10s);
  retries.HoldBack("public.t", kStart);
  EXPECT_FALSE(retries.MayStart("public.t", kStart + 999ms));
  EXPECT_TRUE(retries.MayStart("public.t", kStart + 1s));
}

TEST(CopyRetriesTest, TellsWhenTheNextPauseEnds) {
  CopyRetries retries(10s);
  EXPECT_EQ(retries.NextEnd(kStart), std::nullopt);
  retries.HoldBack("public.t", kStart);
  retries.HoldBack("public.u", kStart + 5s);
  EXPECT_EQ(retries.NextEnd(kStart), kStart + 1s);
  EXPECT_EQ(retries.NextEnd(kStart + 1s), kStart + 6s);
  EXPECT_EQ(retries.NextEnd(kStart + 6s), std::nullopt);
}

}  // namespace
