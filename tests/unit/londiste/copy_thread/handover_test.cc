#include "londiste/copy_thread/handover.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace {

using namespace std::chrono_literals;
using londiste::copy_thread::DecideCopyStep;
using londiste::copy_thread::Handover;
using londiste::copy_thread::MainMayGrant;
using londiste::copy_thread::MainWorkerPosition;
using pgq::TickId;
using Stage = Handover::Stage;
using Step = Handover::Step;

constexpr TickId kNoTick;

struct Situation {
  Stage stage;
  std::int64_t granted_at, position;
  bool covered;
  std::int64_t main;
  Step expected;
};

class CopyStep : public testing::TestWithParam<Situation> {};

TEST_P(CopyStep, FollowsTheRules) {
  const Situation& s = GetParam();
  EXPECT_EQ(
      DecideCopyStep(s.stage, TickId(s.granted_at), TickId(s.position), s.covered, TickId(s.main)),
      s.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Uncovered, CopyStep,
    testing::Values(Situation{Stage::kWorking, 0, 5, false, 5, Step::kApplyNext},
                    Situation{Stage::kWorking, 0, 5, false, 3, Step::kApplyNext},
                    Situation{Stage::kWorking, 0, 5, false, 0, Step::kApplyNext},
                    Situation{Stage::kGranted, 5, 5, false, 5, Step::kApplyNext}));
INSTANTIATE_TEST_SUITE_P(
    AsksWhenNear, CopyStep,
    testing::Values(Situation{Stage::kWorking, 0, 5, true, 5, Step::kAsk},
                    Situation{Stage::kWorking, 0, 5, true, 7, Step::kAsk},
                    Situation{Stage::kWorking, 0, 5, true, 8, Step::kApplyNext},
                    Situation{Stage::kWorking, 0, 5, true, 25, Step::kApplyNext},
                    Situation{Stage::kWorking, 0, 5, true, 26, Step::kApplyMany},
                    Situation{Stage::kWorking, 0, 5, false, 26, Step::kApplyMany},
                    Situation{Stage::kWorking, 0, 50, true, 5, Step::kAsk}));
INSTANTIATE_TEST_SUITE_P(WaitsForTheAnswer, CopyStep,
                         testing::Values(Situation{Stage::kAsking, 0, 5, true, 5, Step::kWait},
                                         Situation{Stage::kAsking, 0, 5, true, 50, Step::kWait}));
INSTANTIATE_TEST_SUITE_P(
    CatchesUpThenStores, CopyStep,
    testing::Values(Situation{Stage::kGranted, 7, 5, true, 7, Step::kApplyNext},
                    Situation{Stage::kGranted, 99, 5, true, 99, Step::kApplyNext},
                    Situation{Stage::kGranted, 7, 7, true, 7, Step::kStoreOk}));

TEST(HandoverRules, MainWorkerDoesNotGrantBeforeItReachedTheCopy) {
  EXPECT_FALSE(MainMayGrant(TickId(8), TickId(7)));
  EXPECT_TRUE(MainMayGrant(TickId(7), TickId(7)));
  EXPECT_TRUE(MainMayGrant(TickId(7), TickId(9)));
}

TEST(HandoverTest, GrantsOnlyWhatWasAsked) {
  MainWorkerPosition meeting;
  Handover handover(meeting);
  handover.Grant(TickId(5));
  EXPECT_EQ(handover.stage(), Stage::kWorking);
  handover.Ask(TickId(5));
  EXPECT_EQ(handover.MayGrant(TickId(4)), std::nullopt);
  EXPECT_EQ(handover.MayGrant(TickId(5)), TickId(5));
  handover.Grant(TickId(5));
  EXPECT_EQ(handover.stage(), Stage::kGranted);
}

TEST(HandoverTest, DoesNotStoreAfterTheGrantWasTakenBack) {
  MainWorkerPosition meeting;
  Handover handover(meeting);
  handover.Ask(TickId(5));
  handover.Grant(TickId(5));
  handover.TakeBack();
  EXPECT_FALSE(handover.BeginStoring());
  EXPECT_EQ(handover.stage(), Stage::kWorking);
}

TEST(HandoverTest, CannotTakeBackWhileTheCopyStores) {
  MainWorkerPosition meeting;
  Handover handover(meeting);
  handover.Ask(TickId(5));
  handover.Grant(TickId(5));
  ASSERT_TRUE(handover.BeginStoring());
  handover.TakeBack();
  EXPECT_EQ(handover.stage(), Stage::kStoring);
}

TEST(HandoverTest, TakingBackLeavesAQuestionStanding) {
  MainWorkerPosition meeting;
  Handover handover(meeting);
  handover.Ask(TickId(5));
  handover.TakeBack();
  EXPECT_EQ(handover.stage(), Stage::kAsking);
}

TEST(HandoverTest, EndWakesTheMainWorker) {
  MainWorkerPosition meeting;
  Handover handover(meeting);
  std::thread copy([&] { handover.End(true); });
  while (handover.stage() != Stage::kOver) handover.AwaitEnd(base::Deadline::Never(), 1h);
  copy.join();
  EXPECT_TRUE(handover.stored());
}

TEST(HandoverTest, AThreadThatEndsWithoutStoringLeavesWhatWasStored) {
  MainWorkerPosition meeting;
  Handover stored(meeting), failed(meeting);
  stored.End(true);
  stored.End(false);
  failed.End(false);
  EXPECT_TRUE(stored.stored());
  EXPECT_FALSE(failed.stored());
}

// Two sides that move at random speeds. Both must meet at one tick that covers the copy's snapshot,
// whatever the order of their steps, and the main worker may also hold one enlarged batch from
// before a restart.
class HandoverSimulation : public testing::TestWithParam<unsigned> {};

TEST_P(HandoverSimulation, EndsAtTheSameCoveredTick) {
  std::minstd_rand random(GetParam());
  const auto chance = [&](unsigned long one_in) { return random() % one_in == 0; };
  std::int64_t newest = 10, main = 1 + static_cast<std::int64_t>(random() % 10), copy = 10;
  const std::int64_t first_covering = 11 + static_cast<std::int64_t>(random() % 4);
  bool enlarged = chance(2);
  const unsigned long main_speed = 1 + random() % 5, copy_speed = 1 + random() % 5;
  MainWorkerPosition shared;
  Handover handover(shared);
  shared.position = TickId(main);

  for (int step = 0; step < 20'000; ++step) {
    if (chance(4)) ++newest;
    const bool main_stands =
        handover.stage() == Stage::kGranted || handover.stage() == Stage::kStoring;
    if (main_stands && chance(50)) handover.TakeBack();  // its patience is over
    if (!main_stands && chance(main_speed)) {
      if (handover.MayGrant(TickId(main))) {
        handover.Grant(TickId(main));
      } else if (main < newest) {
        main = enlarged ? newest : main + 1;
        enlarged = false;
        shared.position = TickId(main);
      }
    }
    if (!chance(copy_speed)) continue;
    switch (handover.NextStep(TickId(copy), copy >= first_covering)) {
      case Step::kApplyNext:
        if (copy < newest) ++copy;
        break;
      case Step::kApplyMany:
        ASSERT_NE(handover.stage(), Stage::kGranted);
        copy = std::min(newest, copy + 1 + static_cast<std::int64_t>(random() % 50));
        break;
      case Step::kAsk:
        handover.Ask(TickId(copy));
        break;
      case Step::kWait:
        break;
      case Step::kStoreOk:
        ASSERT_TRUE(handover.BeginStoring());
        EXPECT_EQ(copy, main);
        EXPECT_GE(copy, first_covering);
        return;
    }
  }
  FAIL() << "no hand-over: main " << main << ", copy " << copy << ", newest " << newest;
}

INSTANTIATE_TEST_SUITE_P(Seeds, HandoverSimulation, testing::Range(1u, 301u));

TEST(HandoverSteps, NoTickIsKnownAtFirst) { EXPECT_EQ(MainWorkerPosition().position, kNoTick); }

}  // namespace
