#include "londiste/compare/bucket_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace londiste::compare;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(BucketSums, SumsOfTheServerAreReadModulo64Bits) {
  EXPECT_EQ(ParseSum("0"), 0u);
  EXPECT_EQ(ParseSum("-1"), UINT64_MAX);
  EXPECT_EQ(ParseSum("18446744073709551617"), 1u);  // 2^64 + 1
  EXPECT_EQ(ParseSum("-36893488147419103233"), UINT64_MAX);
  for (const char* text : {"", "-", "1.5", "1e3", " 1", "NaN"})
    EXPECT_THROW(ParseSum(text), std::invalid_argument) << text;
}

TEST(BucketSums, PartsAddUp) {
  BucketSums sums(4);
  sums.Add(3, {2, UINT64_MAX - 1, 4});
  sums.Add(3, {3, 1, 6});
  sums.Add(0, {1, 1, 1});
  EXPECT_EQ(sums.sums()[3], (Sums{5, UINT64_MAX, 10}));
  EXPECT_EQ(sums.Total(), (Sums{6, 0, 11}));
  EXPECT_EQ(ChecksumText(sums.Total()), "0000000000000000000000000000000b");
  EXPECT_THROW(sums.Add(4, {}), std::out_of_range);
  EXPECT_THROW(sums.Add(-1, {}), std::out_of_range);
}

TEST(BucketSums, WhatDiffersIsFoundOnEitherSide) {
  BucketSums above(5), below(5);
  above.Add(1, {1, 7, 8});
  below.Add(1, {1, 7, 8});
  EXPECT_THAT(DifferentBuckets(above, below), IsEmpty());
  above.Add(2, {1, 7, 8});
  below.Add(4, {3, 7, 8});
  below.Add(0, {2, 7, 8});
  above.Add(1, {0, 0, 1});
  EXPECT_THAT(DifferentBuckets(above, below),
              ElementsAre(Field(&DifferentBucket::bucket, 0), Field(&DifferentBucket::bucket, 1),
                          Field(&DifferentBucket::bucket, 2), Field(&DifferentBucket::bucket, 4)));
  EXPECT_EQ(DifferentBuckets(above, below)[3].rows, 3);
}

TEST(BucketSums, BucketsAreAPowerOfTwoWithinBounds) {
  EXPECT_EQ(BucketsFor(0), 1);
  EXPECT_EQ(BucketsFor(256), 1);
  EXPECT_EQ(BucketsFor(257), 2);
  EXPECT_EQ(BucketsFor(1'000'000), 4096);
  EXPECT_EQ(BucketsFor(INT64_MAX / 1024), 4096);
}

}  // namespace
