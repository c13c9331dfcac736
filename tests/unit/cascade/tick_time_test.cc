#include "cascade/tick_time.h"

#include <gtest/gtest.h>

namespace cascade {
namespace {

TEST(TickTime, IsTheSameMomentInEveryTimeZone) {
  EXPECT_EQ(TickMicroseconds("1970-01-01 00:00:00+00"), 0);
  EXPECT_EQ(TickMicroseconds("2026-11-29 20:46:16.123456+00"), 1'795'985'176'123'456);
  for (const char* other :
       {"2026-11-30 02:16:16.123456+05:30", "2026-11-29 10:46:16.123456-10",
        "2026-11-29 20:46:16.123456+00:00", "2026-11-29 20:12:30.123456-00:33:46"})
    EXPECT_TRUE(SameTickTime("2026-11-29 20:46:16.123456+00", other)) << other;
  EXPECT_EQ(TickMicroseconds("1969-12-31 23:59:59.5+00"), -500'000);
}

TEST(TickTime, DiffersByAMicrosecond) {
  EXPECT_FALSE(SameTickTime("2026-11-29 20:46:16.123456+00", "2026-11-29 20:46:16.123457+00"));
  EXPECT_TRUE(SameTickTime("2026-11-29 20:46:16.1+00", "2026-11-29 20:46:16.100000+00"));
}

TEST(TickTime, WhatIsNoTimeIsComparedAsText) {
  for (const char* text : {"", "infinity", "0044-03-15 12:00:00+00 BC", "2026-11-29",
                           "2026-11-29 20:46:16", "2026-11-29 20:46:16+"})
    EXPECT_EQ(TickMicroseconds(text), std::nullopt) << text;
  EXPECT_TRUE(SameTickTime("infinity", "infinity"));
  EXPECT_FALSE(SameTickTime("infinity", "-infinity"));
}

}  // namespace
}  // namespace cascade
