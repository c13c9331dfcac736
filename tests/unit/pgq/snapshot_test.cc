#include "pgq/snapshot.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/error.h"

namespace {

using pgq::Snapshot;
using pgq::Txid;

TEST(SnapshotTest, KnowsWhatItSaw) {
  const auto snapshot = Snapshot::Parse("100:105:102,100");
  EXPECT_TRUE(snapshot.Contains(Txid(99)));
  EXPECT_FALSE(snapshot.Contains(Txid(100)));
  EXPECT_TRUE(snapshot.Contains(Txid(101)));
  EXPECT_FALSE(snapshot.Contains(Txid(102)));
  EXPECT_TRUE(snapshot.Contains(Txid(104)));
  EXPECT_FALSE(snapshot.Contains(Txid(105)));
  EXPECT_EQ(snapshot.ToString(), "100:105:100,102");
  EXPECT_EQ(snapshot.xmin(), Txid(100));
  EXPECT_EQ(snapshot.xmax(), Txid(105));
}

TEST(SnapshotTest, HoldsTxidsWithEpoch) {
  const auto snapshot = Snapshot::Parse("8589934592:8589934600:8589934593");
  EXPECT_TRUE(snapshot.Contains(Txid(4294967296)));
  EXPECT_FALSE(snapshot.Contains(Txid(8589934593)));
}

TEST(SnapshotTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "1", "1:2", "1:2:3:4", "a:2:", "1:b:", "5:3:", "1:9:x", "1:9:2,", "1:9:,2", "3:9:2",
        "1:9:9", "-1:9:", " 1:9:", "99999999999999999999:1:"}) {
    EXPECT_THROW(Snapshot::Parse(text), base::Error) << text;
  }
  try {
    Snapshot::Parse("1:x:");
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_STREQ(e.what(), "invalid snapshot \"1:x:\"");
  }
}

TEST(SnapshotTest, LaterCoversEarlierOnceTheRunningOnesEnded) {
  const auto copy = Snapshot::Parse("100:105:102");
  EXPECT_TRUE(copy.Covers(copy));
  EXPECT_TRUE(Snapshot::Parse("105:105:").Covers(copy));
  EXPECT_TRUE(Snapshot::Parse("102:110:102,107").Covers(copy));
  EXPECT_FALSE(Snapshot::Parse("101:110:101,107").Covers(copy));  // 101 had ended for the copy
  EXPECT_FALSE(Snapshot::Parse("100:104:102").Covers(copy));      // 104 had ended for the copy
}

TEST(SnapshotTest, SmallerXmaxCoversWhenTheRestWasStillRunning) {
  EXPECT_TRUE(Snapshot::Parse("103:103:").Covers(Snapshot::Parse("103:105:103,104")));
  EXPECT_FALSE(Snapshot::Parse("103:103:").Covers(Snapshot::Parse("103:105:103")));
}

TEST(SnapshotTest, DoesNotCoverWhatBeganAndEndedAfterIt) {
  EXPECT_FALSE(Snapshot::Parse("804:809:804").Covers(Snapshot::Parse("816:816:")));
  EXPECT_TRUE(Snapshot::Parse("816:816:").Covers(Snapshot::Parse("804:809:804")));
}

std::string RandomSnapshot(std::minstd_rand& random) {
  const auto xmin = 1 + random() % 8;
  const auto xmax = xmin + random() % 6;
  std::string running;
  for (auto txid = xmin; txid < xmax; ++txid)
    if (txid == xmin || random() % 2)
      running += (running.empty() ? "" : ",") + std::to_string(txid);
  return std::to_string(xmin) + ":" + std::to_string(xmax) + ":" + running;
}

TEST(SnapshotTest, CoversMeansThatEverythingTheOtherSawIsSeen) {
  std::minstd_rand random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string left = RandomSnapshot(random), right = RandomSnapshot(random);
    const Snapshot a = Snapshot::Parse(left), b = Snapshot::Parse(right);
    bool expected = true;
    for (std::int64_t txid = 1; txid < 20; ++txid)
      expected = expected && (a.Contains(pgq::Txid(txid)) || !b.Contains(pgq::Txid(txid)));
    ASSERT_EQ(a.Covers(b), expected) << left << " over " << right;
  }
}

}  // namespace
