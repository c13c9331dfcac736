#include "londiste/node/compare_progress.h"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using londiste::node::CompareProgress;

constexpr base::Clock::time_point kStart{1000s};
constexpr std::int64_t kMb = 1'000'000;

TEST(CompareProgress, TimeIsLeftByBytes) {
  CompareProgress progress;
  progress.Planned({{"public.a", 100 * kMb}, {"public.b", 300 * kMb}}, kStart);
  EXPECT_EQ(progress.total(), 2u);
  progress.Begins("public.a", kStart);
  progress.Reached({.bytes = 50 * kMb, .all_bytes = 200 * kMb, .rows = 1000});
  // 50 of 800 MB.
  EXPECT_EQ(progress.Line(kStart + 10s),
            "public.a: read 1000 rows and 50.0 MB of 200.0 MB on both nodes (25 %, 100 rows/s, "
            "5000.0 kB/s), 2m30s left");
  EXPECT_DOUBLE_EQ(progress.share(), 50.0 / 800);
  progress.Reached({.bytes = 10 * kMb, .all_bytes = 200 * kMb, .rows = 9000, .finding_rows = true});
  EXPECT_EQ(progress.Line(kStart + 40s), "public.a: finding the rows that differ (5 %), 2m left");
  progress.Ended("public.a");
  EXPECT_EQ(progress.done(), 1u);
  EXPECT_DOUBLE_EQ(progress.share(), 200.0 / 800);
  progress.Begins("public.b", kStart + 40s);
  progress.Reached({.bytes = 0, .all_bytes = 600 * kMb});
  EXPECT_TRUE(progress.Line(kStart + 40s).ends_with(", 2m left"));
  progress.Ended("public.b");
  EXPECT_DOUBLE_EQ(progress.share(), 1);
}

TEST(CompareProgress, NothingIsGuessedFromNothing) {
  CompareProgress progress;
  progress.Planned({{"public.a", 0}}, kStart);
  progress.Ended("public.not_compared");
  EXPECT_EQ(progress.done(), 0u);
  progress.Begins("public.a", kStart);
  EXPECT_EQ(progress.Line(kStart + 1s),
            "public.a: read 0 rows and 0 bytes of 0 bytes on both nodes (0 %, 0 rows/s, 0 "
            "bytes/s)");
  EXPECT_EQ(progress.share(), 0);
}

}  // namespace
