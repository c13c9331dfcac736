#include "londiste/structure/page_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

using londiste::structure::PageRange;
using londiste::structure::PageRanges;
using testing::SizeIs;

constexpr std::int64_t kPage = 8192;

std::vector<PageRange> All(PageRanges& ranges) {
  std::vector<PageRange> all;
  while (auto range = ranges.Take()) all.push_back(*range);
  return all;
}

// From page 0, without gaps, the last one open.
void ExpectCovers(const std::vector<PageRange>& ranges) {
  ASSERT_FALSE(ranges.empty());
  std::int64_t next = 0;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    EXPECT_EQ(ranges[i].first, next);
    ASSERT_EQ(ranges[i].end.has_value(), i + 1 < ranges.size());
    next = ranges[i].end.value_or(0);
  }
}

TEST(PageRangesTest, CoverTheTableWithoutGapsAndLeaveTheLastOneOpen) {
  for (const std::int64_t pages : {0, 1, 127, 128, 129, 1000, 1'000'000}) {
    PageRanges ranges(pages, pages * kPage, 4);
    EXPECT_FALSE(ranges.all_taken());
    ExpectCovers(All(ranges));
    EXPECT_TRUE(ranges.all_taken());
    EXPECT_FALSE(ranges.Take());
  }
}

TEST(PageRangesTest, ASmallTableIsOneRange) {
  PageRanges ranges(100, 100 * kPage, 8);
  EXPECT_THAT(All(ranges), SizeIs(1));
}

TEST(PageRangesTest, EachSessionTakesSeveral) {
  PageRanges ranges(64'000, 64'000 * kPage, 4);
  EXPECT_THAT(All(ranges), SizeIs(32));
}

TEST(PageRangesTest, NoRangeIsLargerThanAGigabyte) {
  PageRanges ranges(13'107'200, 13'107'200 * kPage, 2);  // 100 GB
  EXPECT_THAT(All(ranges), SizeIs(100));
}

// 10 pages of row heads with 60 MB behind them.
TEST(PageRangesTest, WhatIsStoredOutOfLineCounts) {
  PageRanges ranges(10, 60'000'000, 2);
  EXPECT_THAT(All(ranges), SizeIs(10));
}

TEST(PageRangesTest, ConditionsAreTidComparisons) {
  EXPECT_EQ((PageRange{0, 128}.Condition()),
            "ctid >= '(0,0)'::pg_catalog.tid and ctid < '(128,0)'::pg_catalog.tid");
  EXPECT_EQ((PageRange{4294967, std::nullopt}.Condition()),
            "ctid >= '(4294967,0)'::pg_catalog.tid");
}

}  // namespace
