#include "config/interval.h"

#include <gtest/gtest.h>

namespace {

using config::IsInterval;

TEST(IntervalTest, TakesWhatPostgresqlTakes) {
  for (const char* text : {"30 seconds",
                           "1 hour",
                           "1h30m",
                           "1 h 30 min",
                           "00:05",
                           "1:02:03.5",
                           "2 days 03:04",
                           "5",
                           "0.5",
                           ".5 s",
                           "-1 day",
                           "+2 weeks ago",
                           "@ 1 minute",
                           "1-2",
                           "P1Y2M3DT4H5M6.5S",
                           "PT10S",
                           "1 MONTH",
                           " 10  secs ",
                           "3 millennia",
                           "2 centuries",
                           "1 mon",
                           "100 ms",
                           "1 day -00:00:01"})
    EXPECT_TRUE(IsInterval(text)) << text;
}

TEST(IntervalTest, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "gestern", "1 hoer", "hour", "1 hour gestern", "1:x", "P",
                           "P1X", "ago", "1 ago day", "--1 day", "$1", "1 \'day\'"})
    EXPECT_FALSE(IsInterval(text)) << text;
}

}  // namespace
