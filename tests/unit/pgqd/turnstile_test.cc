#include "pgqd/turnstile.h"

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

TEST(TurnstileTest, LetsFewThroughAtOnceAndAllInTheEnd) {
  Turnstile turnstile(1h);
  std::atomic<int> inside{0}, most{0}, through{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&] {
      base::Interrupt interrupt;
      for (int round = 0; round < 20; ++round) {
        const Turnstile::Pass pass = turnstile.Enter(interrupt);
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
  EXPECT_LE(most, Turnstile::kAtOnce);
}

TEST(TurnstileTest, AVisitThatTakesLongNoLongerCounts) {
  Turnstile turnstile(1ms);
  base::Interrupt interrupt;
  std::vector<Turnstile::Pass> hung;
  // None of them ever gives back, and none waits for ever.
  for (int i = 0; i < 3 * Turnstile::kAtOnce; ++i) hung.push_back(turnstile.Enter(interrupt));
  EXPECT_EQ(hung.size(), 18u);
}

class FullTurnstileTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < Turnstile::kAtOnce; ++i) inside_.push_back(turnstile_.Enter(first_));
  }

  Turnstile turnstile_{1h};
  base::Interrupt first_;
  std::vector<Turnstile::Pass> inside_;
};

TEST_F(FullTurnstileTest, WhoIsToldToStopDoesNotWait) {
  base::Interrupt stopped;
  stopped.Stop();
  const Turnstile::Pass pass = turnstile_.Enter(stopped);
  base::Interrupt cancelled;
  cancelled.Cancel();
  EXPECT_THROW(turnstile_.Enter(cancelled), base::Interrupted);
}

TEST_F(FullTurnstileTest, WhoGivesUpMakesWayForTheNext) {
  base::Interrupt gives_up, waits;
  std::atomic<bool> threw{false}, entered{false};
  std::thread first([&] {
    try {
      turnstile_.Enter(gives_up);
    } catch (const base::Interrupted&) {
      threw = true;
    }
  });
  std::thread second([&] {
    const Turnstile::Pass pass = turnstile_.Enter(waits);
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

TEST_F(FullTurnstileTest, GivingBackTwiceIsOnce) {
  inside_.front().GiveBack();
  inside_.front().GiveBack();
  base::Interrupt interrupt;
  const Turnstile::Pass pass = turnstile_.Enter(interrupt);
  std::atomic<bool> entered{false};
  base::Interrupt other;
  std::thread waits([&] {
    const Turnstile::Pass late = turnstile_.Enter(other);
    entered = true;
  });
  EXPECT_FALSE(entered);
  inside_.back().GiveBack();
  waits.join();
}

}  // namespace
}  // namespace pgqd
