#include "pgqd/news/demand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <utility>
#include <vector>

#include "base/error.h"

namespace pgqd {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;
using Time = DemandPolicy::Time;

// A queue whose newest tick has event_seq `seq` and snapshot xmin:xmax.
QueueTicks Queue(std::int64_t event_seq, std::int64_t tick_id, std::int64_t seq, std::int64_t xmin,
                 std::int64_t xmax) {
  return {"q", 1, event_seq, tick_id, seq, xmin, xmax};
}

// All below `xmin` have ended, none from it on.
OpenTransactions Open(std::int64_t xmin) { return {xmin, xmin, {}}; }

constexpr double kRate = 40;
constexpr bool kNoneOpen = false, kOneOpen = true;

class DemandPolicyTest : public testing::Test {
 protected:
  DemandPolicyTest() { policy_.SetPace({5ms, 50ms, kRate}); }
  // Decides and answers each request with a tick.
  std::size_t TicksMade(const QueueTicks& queue, std::int64_t oldest_txid) {
    const auto requests = policy_.Decide({queue}, Open(oldest_txid), kNoneOpen, now_);
    for (const auto& request : requests)
      policy_.Record(request, {queue.tick_id.value_or(0) + 1, false}, now_);
    return requests.size();
  }

  DemandPolicy policy_;
  Time now_ = Time{} + 1h;
};

TEST_F(DemandPolicyTest, LeavesAnIdleQueueAlone) {
  EXPECT_THAT(policy_.Decide({Queue(5, 1, 5, 100, 100)}, Open(100), kNoneOpen, now_), IsEmpty());
  EXPECT_FALSE(policy_.pending());
  EXPECT_FALSE(policy_.next_attempt());
}

TEST_F(DemandPolicyTest, TicksWhenTheSequenceMoved) {
  const auto requests = policy_.Decide({Queue(6, 1, 5, 100, 100)}, Open(101), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].queue, "q");
  EXPECT_FALSE(requests[0].wait_txid) << "nothing was open at the newest tick";
}

TEST_F(DemandPolicyTest, LeavesTheFirstTickToTheOrdinaryTicker) {
  QueueTicks queue;
  queue.name = "new";
  queue.queue_id = 3;
  EXPECT_THAT(policy_.Decide({queue}, Open(100), kNoneOpen, now_), IsEmpty());
  EXPECT_TRUE(policy_.pending()) << "so that the ordinary ticker is called";
}

TEST_F(DemandPolicyTest, NeedNotLookWhileTheConsumersOfAllQueuesAreBehind) {
  const QueueTicks behind = Queue(6, 1, 5, 100, 100);
  const auto requests = policy_.Decide({behind}, Open(101), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_FALSE(policy_.AllBrakedUntil(now_));
  policy_.Record(requests[0], {std::nullopt, true}, now_);
  const auto until = policy_.AllBrakedUntil(now_);
  ASSERT_TRUE(until);
  EXPECT_EQ(until, policy_.next_attempt());
  EXPECT_FALSE(policy_.AllBrakedUntil(*until)) << "then it is tried again";
  QueueTicks other = Queue(5, 1, 5, 100, 100);
  other.queue_id = 2;
  policy_.Decide({behind, other}, Open(101), kNoneOpen, now_);
  EXPECT_FALSE(policy_.AllBrakedUntil(now_)) << "the other one may get events";
}

TEST_F(DemandPolicyTest, WaitsForTransactionsThatWereOpenAtTheTick) {
  ASSERT_EQ(TicksMade(Queue(6, 1, 5, 100, 100), 100), 1u);
  // The tick that followed saw transaction 100 open.
  const QueueTicks after = Queue(6, 2, 6, 100, 103);
  now_ += 5ms;
  EXPECT_THAT(policy_.Decide({after}, Open(100), kNoneOpen, now_), IsEmpty());
  EXPECT_TRUE(policy_.pending());
  ASSERT_TRUE(policy_.next_attempt());
  EXPECT_EQ(*policy_.next_attempt(), now_ + 45ms)
      << "another of them may end although the oldest goes on";
  // It ended: the queue is ticked at once.
  now_ += 5ms;
  const auto requests = policy_.Decide({after}, Open(103), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].wait_txid, 103);
  policy_.Record(requests[0], {3, false}, now_);
  // All are in.
  now_ += 100ms;
  EXPECT_THAT(policy_.Decide({Queue(6, 3, 6, 103, 103)}, Open(104), kNoneOpen, now_), IsEmpty());
  EXPECT_FALSE(policy_.pending());
}

TEST_F(DemandPolicyTest, WaitsAfterTicksOfOthersToo) {
  ASSERT_THAT(policy_.Decide({Queue(5, 1, 5, 100, 100)}, Open(100), kNoneOpen, now_), IsEmpty());
  // Another ticker moved the sequence while transaction 100 was open.
  const auto requests = policy_.Decide({Queue(6, 2, 6, 100, 105)}, Open(105), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].wait_txid, 105);
}

TEST_F(DemandPolicyTest, ANewPgqdWaitsForWhatWasOpen) {
  const auto requests = policy_.Decide({Queue(6, 2, 6, 100, 105)}, Open(101), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].wait_txid, 105);
}

TEST_F(DemandPolicyTest, DoesNotForgetToWaitWhenLaterTicksMoveNothing) {
  ASSERT_THAT(policy_.Decide({Queue(6, 2, 6, 100, 105)}, Open(100), kNoneOpen, now_), SizeIs(1));
  now_ += 1s;
  // An idle tick by the ordinary ticker, with transaction 100 still open and 110 new; then 103
  // ends.
  const auto requests =
      policy_.Decide({Queue(6, 3, 6, 100, 111)}, {100, 112, {100, 101, 102, 104}}, kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].wait_txid, 105);
}

TEST_F(DemandPolicyTest, TicksSeldomWhileTheOldestTransactionStaysOpen) {
  int ticks = 0;
  std::int64_t tick = 1;
  for (int ms = 0; ms < 1000; ms += 5, now_ += 5ms) {
    const QueueTicks queue = Queue(1000 + ms, tick, 999 + ms, 100, 200);
    if (TicksMade(queue, 100) == 1) ++ticks, ++tick;
  }
  EXPECT_EQ(ticks, 20) << "a bulk load in one transaction: once per 50 ms";
}

TEST_F(DemandPolicyTest, KeepsToTheLongRunRate) {
  int ticks = 0;
  std::int64_t tick = 1;
  for (int ms = 0; ms < 60'000; ms += 5, now_ += 5ms) {
    const QueueTicks queue = Queue(1'000 + ms, tick, 999 + ms, 100 + ms, 100 + ms);
    if (TicksMade(queue, 101 + ms) == 1) ++ticks, ++tick;
  }
  EXPECT_NEAR(ticks, (60 + DemandPolicy::kBurstSeconds) * kRate, 5);
}

TEST_F(DemandPolicyTest, BacksOffWhileConsumersAreBusy) {
  int asked = 0;
  for (int ms = 0; ms < 1000; ++ms, now_ += 1ms) {
    for (const auto& request :
         policy_.Decide({Queue(6, 1, 5, 100, 100)}, Open(101 + ms), kNoneOpen, now_)) {
      policy_.Record(request, {std::nullopt, true}, now_);
      ++asked;
      EXPECT_TRUE(policy_.next_attempt())
          << "nothing else may move, so it has to come back by itself";
    }
  }
  EXPECT_GE(asked, 25);
  EXPECT_LE(asked, 29) << "5, 6, 7, 8, 10, 12, ... 47, then every 50 ms";
}

TEST_F(DemandPolicyTest, AsksSeldomForTransactionsThatStayOpenForHours) {
  const QueueTicks queue = Queue(6, 2, 6, 100, 105);
  int asked = 0;
  for (int ms = 0; ms < 60'000; ms += 5, now_ += 5ms) {
    for (const auto& request : policy_.Decide({queue}, Open(100), kNoneOpen, now_)) {
      policy_.Record(request, {std::nullopt, false}, now_);
      ++asked;
    }
  }
  EXPECT_LE(asked, 70);
  EXPECT_THAT(policy_.Decide({queue}, Open(101), kNoneOpen, now_), SizeIs(1))
      << "and at once when the oldest ended";
}

TEST_F(DemandPolicyTest, WaitsAMomentForATransactionThatIsOpen) {
  const QueueTicks queue = Queue(6, 1, 5, 100, 100);
  EXPECT_FALSE(policy_.AsksForWriters({Queue(5, 1, 5, 100, 100)}, now_)) << "it costs a query";
  EXPECT_TRUE(policy_.AsksForWriters({queue}, now_));
  EXPECT_THAT(policy_.Decide({queue}, Open(100), kOneOpen, now_), IsEmpty());
  ASSERT_TRUE(policy_.next_attempt());
  EXPECT_EQ(*policy_.next_attempt(), now_ + DemandPolicy::kCommitTime);
  EXPECT_FALSE(policy_.AsksForWriters({queue}, now_)) << "once is enough";
  now_ += 1ms;
  EXPECT_THAT(policy_.Decide({queue}, Open(100), kOneOpen, now_), IsEmpty());
  EXPECT_THAT(policy_.Decide({queue}, Open(101), kNoneOpen, now_), SizeIs(1)) << "it ended";
  now_ += 1ms;
  EXPECT_EQ(TicksMade(queue, 101), 1u) << "no longer than that";
  now_ += 1s;
  EXPECT_TRUE(policy_.AsksForWriters({Queue(9, 2, 6, 101, 101)}, now_));
  EXPECT_THAT(policy_.Decide({Queue(9, 2, 6, 101, 101)}, Open(103), kOneOpen, now_), IsEmpty())
      << "and again for the next";
}

TEST_F(DemandPolicyTest, WaitsForNoCommitWhereTicksFollowEachOther) {
  ASSERT_EQ(TicksMade(Queue(6, 1, 5, 100, 100), 101), 1u);
  const QueueTicks queue = Queue(9, 2, 6, 101, 101);
  now_ += 20ms;
  EXPECT_FALSE(policy_.AsksForWriters({queue}, now_));
  EXPECT_THAT(policy_.Decide({queue}, Open(103), kOneOpen, now_), SizeIs(1));
}

TEST_F(DemandPolicyTest, OfSomeQueuesTheOthersAreNotForgotten) {
  QueueTicks first = Queue(6, 1, 5, 100, 100), second = Queue(7, 1, 6, 100, 100);
  second.queue_id = 2;
  for (const auto& request : policy_.Decide({first, second}, Open(101), kNoneOpen, now_))
    policy_.Record(request, {2, false, false, request.queue_id == 2}, now_);
  ASSERT_THAT(policy_.Pending(), SizeIs(1)) << "all of the second's transactions are over";
  EXPECT_TRUE(policy_.Pending().contains(1));
  now_ += 10ms;
  first = Queue(6, 2, 6, 101, 101);
  EXPECT_THAT(policy_.Decide({first}, Open(102), kNoneOpen, now_, DemandPolicy::Which::kSome),
              IsEmpty());
  EXPECT_FALSE(policy_.pending());
  // The second one's limits hold on.
  second = Queue(8, 2, 7, 100, 100);
  EXPECT_THAT(policy_.Decide({second}, Open(100), kNoneOpen, now_, DemandPolicy::Which::kSome),
              IsEmpty());
  EXPECT_EQ(policy_.next_attempt(), now_ + 40ms);
  policy_.Decide({}, Open(102), kNoneOpen, now_);
  EXPECT_FALSE(policy_.pending()) << "dropped";
}

TEST_F(DemandPolicyTest, WhatPendsForLongIsUpToTheOrdinaryTicker) {
  const QueueTicks queue = Queue(6, 1, 5, 100, 100);
  int overdue = 0;
  for (int ms = 0; ms < 3'500; ms += 10, now_ += 10ms) {
    for (const auto& request : policy_.Decide({queue}, Open(101), kNoneOpen, now_))
      policy_.Record(request, {std::nullopt, true}, now_);
    overdue += static_cast<int>(policy_.TakeOverdue(1s, now_).size());
  }
  EXPECT_EQ(overdue, 3);
  now_ += 900ms;
  for (const auto& request : policy_.Decide({queue}, Open(101), kNoneOpen, now_))
    policy_.Record(request, {2, false}, now_);
  EXPECT_THAT(policy_.TakeOverdue(1s, now_ + 900ms), IsEmpty()) << "it was ticked";
}

TEST_F(DemandPolicyTest, QueuesAreIndependentAndDroppedOnesForgotten) {
  QueueTicks first = Queue(6, 1, 5, 100, 100), second = first;
  second.name = "r";
  second.queue_id = 2;
  second.event_seq = second.tick_event_seq;
  const auto requests = policy_.Decide({first, second}, Open(101), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].queue_id, 1);
  EXPECT_THAT(policy_.Decide({}, Open(101), kNoneOpen, now_), IsEmpty());
  EXPECT_FALSE(policy_.pending());
}

// Transaction 50, of another database perhaps, stays open for hours.
OpenTransactions OldOneAnd(std::vector<std::int64_t> running, std::int64_t xmax) {
  running.insert(running.begin(), 50);
  return {50, xmax, std::move(running)};
}

TEST_F(DemandPolicyTest, AnOpenTransactionDoesNotDelayNewEvents) {
  QueueTicks queue = Queue(5, 1, 5, 50, 100);
  // Asked for in vain again and again.
  for (int ms = 0; ms < 10'000; ms += 50, now_ += 50ms)
    for (const auto& request : policy_.Decide({queue}, OldOneAnd({}, 100), kNoneOpen, now_))
      policy_.Record(request, {}, now_);
  for (std::int64_t event = 6; event < 100; ++event, now_ += 50ms) {
    queue.event_seq = event;
    const auto requests = policy_.Decide({queue}, OldOneAnd({}, 100 + event), kNoneOpen, now_);
    ASSERT_THAT(requests, SizeIs(1)) << event;
    policy_.Record(requests[0], {event, false}, now_);
    queue = Queue(event, event, event, 50, 100 + event);
    now_ += 10ms;
    for (const auto& request : policy_.Decide({queue}, OldOneAnd({}, 100 + event), kNoneOpen, now_))
      policy_.Record(request, {}, now_);
  }
}

TEST_F(DemandPolicyTest, AWriterThatEndsIsNotDelayedByAnOlderOneThatStays) {
  // Its event was counted while it, transaction 110, was open.
  const QueueTicks queue = Queue(6, 2, 6, 50, 111);
  int asked = 0;
  for (int ms = 0; ms < 10'000; ms += 5, now_ += 5ms) {
    for (const auto& request :
         policy_.Decide({queue}, OldOneAnd({110, 120}, 121), kNoneOpen, now_)) {
      policy_.Record(request, {}, now_);
      ++asked;
    }
  }
  EXPECT_EQ(asked, 1) << "none of those that the queue waits for has ended since";
  EXPECT_THAT(policy_.Decide({queue}, OldOneAnd({110}, 125), kNoneOpen, now_), IsEmpty())
      << "it does not wait for transaction 120";
  const auto requests = policy_.Decide({queue}, OldOneAnd({}, 125), kNoneOpen, now_);
  ASSERT_THAT(requests, SizeIs(1));
  policy_.Record(requests[0], {3, false}, now_);
  now_ += 1s;
  EXPECT_THAT(policy_.Decide({Queue(6, 3, 6, 50, 125)}, OldOneAnd({}, 130), kNoneOpen, now_),
              IsEmpty());
  EXPECT_TRUE(policy_.pending()) << "transaction 50 may have written an event";
}

TEST_F(DemandPolicyTest, WaitsForWhoIsAboveTheSnapshotToo) {
  // The tick knew that transaction 100 had written; its snapshot ends below that.
  const QueueTicks queue = Queue(6, 2, 6, 50, 101);
  for (const auto& request : policy_.Decide({queue}, OldOneAnd({}, 100), kNoneOpen, now_))
    policy_.Record(request, {}, now_);
  now_ += 1s;
  EXPECT_THAT(policy_.Decide({queue}, OldOneAnd({100}, 103), kNoneOpen, now_), IsEmpty());
  EXPECT_THAT(policy_.Decide({queue}, OldOneAnd({}, 103), kNoneOpen, now_), SizeIs(1));
}

TEST_F(DemandPolicyTest, ComesBackToALockedQueue) {
  const QueueTicks queue = Queue(6, 1, 5, 100, 100);
  int asked = 0;
  for (int ms = 0; ms < 10'000; ++ms, now_ += 1ms) {
    for (const auto& request : policy_.Decide({queue}, Open(101), kNoneOpen, now_)) {
      policy_.Record(request, {std::nullopt, false, true}, now_);
      ++asked;
      EXPECT_TRUE(policy_.next_attempt());
    }
  }
  EXPECT_GE(asked, 10);
  EXPECT_LE(asked, 16) << "50, 100, 200, 400, 800 ms, then every second";
}

TEST(ParseOpenTransactionsTest, ReadsWhatTheServerWrites) {
  const OpenTransactions open = ParseOpenTransactions("10:20:10,14");
  EXPECT_EQ(open.xmin, 10);
  EXPECT_EQ(open.xmax, 20);
  EXPECT_THAT(open.running, testing::ElementsAre(10, 14));
  EXPECT_THAT(ParseOpenTransactions("7:7:").running, IsEmpty());
  EXPECT_THROW(ParseOpenTransactions("x"), base::Error);
  EXPECT_THROW(ParseOpenTransactions(""), base::Error);
}

}  // namespace
}  // namespace pgqd
