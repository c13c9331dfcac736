#include "pgqd/threads/session_limit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "base/error.h"

namespace pgqd {
namespace {

using namespace std::chrono_literals;

TEST(SessionLimitTest, LetsFewThroughAtOnceAndAllInTheEnd) {
  SessionLimit session_limit(1h);
  std::atomic<int> inside{0}, most{0}, through{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&] {
      base::Interrupt interrupt;
      for (int round = 0; round < 20; ++round) {
        const SessionLimit::Pass pass = session_limit.Enter(interrupt);
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --inside;
        ++through;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(through, 40 * 20);
  EXPECT_LE(most, SessionLimit::kAtOnce);
}

TEST(SessionLimitTest, AVisitThatTakesLongNoLongerCounts) {
  SessionLimit session_limit(1ms);
  base::Interrupt interrupt;
  std::vector<SessionLimit::Pass> hung;
  // None of them ever gives back, and none waits for ever.
  for (int i = 0; i < 3 * SessionLimit::kAtOnce; ++i)
    hung.push_back(session_limit.Enter(interrupt));
  EXPECT_EQ(hung.size(), 18u);
}

class FullSessionLimitTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < SessionLimit::kAtOnce; ++i) inside_.push_back(limit_.Enter(first_));
  }

  SessionLimit limit_{1h};
  base::Interrupt first_;
  std::vector<SessionLimit::Pass> inside_;
};

TEST_F(FullSessionLimitTest, WhoIsToldToStopDoesNotWait) {
  base::Interrupt stopped;
  stopped.Stop();
  const SessionLimit::Pass pass = limit_.Enter(stopped);
  base::Interrupt cancelled;
  cancelled.Cancel();
  EXPECT_THROW(limit_.Enter(cancelled), base::Interrupted);
}

TEST_F(FullSessionLimitTest, WhoGivesUpMakesWayForTheNext) {
  base::Interrupt gives_up, waits;
  std::atomic<bool> threw{false}, entered{false};
  std::thread first([&] {
    try {
      limit_.Enter(gives_up);
    } catch (const base::Interrupted&) {
      threw = true;
    }
  });
  std::thread second([&] {
    const SessionLimit::Pass pass = limit_.Enter(waits);
    entered = true;
  });
  gives_up.Cancel();
  first.join();
  EXPECT_TRUE(threw);
  EXPECT_FALSE(entered);
  inside_.front().GiveBack();
  second.join();
  EXPECT_TRUE(entered);
}

TEST_F(FullSessionLimitTest, GivingBackTwiceIsOnce) {
  inside_.front().GiveBack();
  inside_.front().GiveBack();
  base::Interrupt interrupt;
  const SessionLimit::Pass pass = limit_.Enter(interrupt);
  std::atomic<bool> entered{false};
  base::Interrupt other;
  std::thread waits([&] {
    const SessionLimit::Pass late = limit_.Enter(other);
    entered = true;
  });
  EXPECT_FALSE(entered);
  inside_.back().GiveBack();
  waits.join();
}

}  // namespace
}  // namespace pgqd
