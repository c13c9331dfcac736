#include "cascade/batch_protocol.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace cascade {
namespace {

using pgq::TickId;

pgq::Batch BatchOf(std::int64_t previous, std::int64_t current) {
  pgq::Batch batch;
  batch.prev_tick = TickId(previous);
  batch.tick = TickId(current);
  return batch;
}

std::string MessageOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.what();
  }
  return "(no error)";
}

TEST(ComparePosition, BatchAfterTheCompletedTickIsToBeApplied) {
  EXPECT_EQ(ComparePosition(BatchOf(4, 5), TickId(4)), Position::kToApply);
  EXPECT_EQ(ComparePosition(BatchOf(4, 9), TickId(4)), Position::kToApply);
}

TEST(ComparePosition, BatchUpToTheCompletedTickWasApplied) {
  EXPECT_EQ(ComparePosition(BatchOf(4, 5), TickId(5)), Position::kAlreadyApplied);
}

TEST(ComparePosition, AnyOtherPositionIsLost) {
  for (const std::int64_t completed : {1, 3, 6, 7})
    EXPECT_EQ(MessageOf([&] { ComparePosition(BatchOf(4, 5), TickId(completed)); }),
              "Lost position: batch 4..5, dst has " + std::to_string(completed));
}

TEST(ComparePosition, NoPositionIsAnError) {
  EXPECT_EQ(MessageOf([] { ComparePosition(BatchOf(4, 5), std::nullopt); }), "dst_tick NULL?");
  EXPECT_EQ(MessageOf([] { ComparePosition(BatchOf(0, 5), TickId(0)); }), "dst_tick NULL?");
}

TEST(CompareBranchTick, AppliedBatchNeedsItsOwnTick) {
  EXPECT_EQ(CompareBranchTick(BatchOf(4, 5), Position::kAlreadyApplied, TickId(5)),
            MissingTick::kNone);
  EXPECT_EQ(CompareBranchTick(BatchOf(4, 5), Position::kAlreadyApplied, TickId(4)),
            MissingTick::kCurrent);
}

TEST(CompareBranchTick, NextBatchNeedsThePreviousTick) {
  EXPECT_EQ(CompareBranchTick(BatchOf(4, 5), Position::kToApply, TickId(4)), MissingTick::kNone);
  EXPECT_EQ(CompareBranchTick(BatchOf(4, 5), Position::kToApply, TickId(3)),
            MissingTick::kPrevious);
}

TEST(CompareBranchTick, RefusesABranchThatStandsElsewhere) {
  const std::string text = "is_batch_done: last branch tick = 7, expected 4 or 5";
  EXPECT_EQ(
      MessageOf([] { CompareBranchTick(BatchOf(4, 5), Position::kAlreadyApplied, TickId(7)); }),
      text);
  EXPECT_EQ(MessageOf([] { CompareBranchTick(BatchOf(4, 5), Position::kToApply, TickId(7)); }),
            text);
  EXPECT_EQ(
      MessageOf([] { CompareBranchTick(BatchOf(4, 5), Position::kAlreadyApplied, TickId(3)); }),
      "is_batch_done: last branch tick = 3, expected 4 or 5");
  EXPECT_EQ(MessageOf([] { CompareBranchTick(BatchOf(4, 5), Position::kToApply, std::nullopt); }),
            "is_batch_done: last branch tick = NULL, expected 4 or 5");
}

}  // namespace
}  // namespace cascade
