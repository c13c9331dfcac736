// A thread that ends when its owner wants it to.
#include "base/cancellable_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>

#include "base/error.h"

namespace base {
namespace {

using namespace std::chrono_literals;

void SleepForEver(Interrupt& interrupt) { interrupt.Sleep(Deadline::Never()); }

TEST(CancellableThreadTest, IsOverWhenItsFunctionReturns) {
  Interrupt owner;
  CancellableThread thread([](Interrupt&) {}, &owner);
  EXPECT_EQ(owner.Sleep(Deadline::After(10s)), Interrupt::Woken::kWake);
  EXPECT_TRUE(thread.over());
  EXPECT_EQ(thread.failure(), nullptr);
  thread.Join();
  thread.Join();
}

TEST(CancellableThreadTest, JoinThrowsWhatItThrew) {
  CancellableThread thread([](Interrupt&) { throw std::runtime_error("no such table"); });
  EXPECT_THROW(thread.Join(), std::runtime_error);
  EXPECT_NE(thread.failure(), nullptr);
}

TEST(CancellableThreadTest, StopEndsAWaitWithoutAnException) {
  CancellableThread thread(SleepForEver);
  EXPECT_FALSE(thread.Wait(Deadline::After(1ms)));
  thread.Stop();
  EXPECT_TRUE(thread.Wait(Deadline::After(10s)));
  thread.Join();
}

TEST(CancellableThreadTest, JoinTellsOfACancel) {
  CancellableThread thread(SleepForEver);
  thread.Cancel();
  EXPECT_THROW(thread.Join(), Interrupted);
}

TEST(CancellableThreadTest, CancelledBeforeItsFunctionBegan) {
  for (int i = 0; i < 100; ++i) CancellableThread thread(SleepForEver);
}

// A statement at a server that does not hear of the first requests to cancel it.
class Statement {
 public:
  explicit Statement(int lost) : lost_(lost) {}

  void Run(Interrupt& interrupt) {
    const auto registration = interrupt.OnCancel([this] {
      if (lost_-- <= 0) heard_.Cancel();
    });
    begun_.Stop();
    heard_.Sleep(Deadline::Never());  // deaf to `interrupt`
  }
  void AwaitBegin() { begun_.Sleep(Deadline::After(10s)); }
  int lost() const { return lost_; }

 private:
  std::atomic<int> lost_;
  Interrupt begun_, heard_;
};

TEST(CancellableThreadTest, DestructorCancelsAgainWhatWasLost) {
  Statement statement(2);
  {
    CancellableThread thread([&](Interrupt& interrupt) { statement.Run(interrupt); });
    statement.AwaitBegin();
  }
  EXPECT_LT(statement.lost(), 0);
}

TEST(CancellableThreadTest, CancelAndWaitCancelsAgainWhatWasLost) {
  Statement statement(1);
  CancellableThread thread([&](Interrupt& interrupt) { statement.Run(interrupt); });
  statement.AwaitBegin();
  thread.Cancel();
  EXPECT_FALSE(thread.Wait(Deadline::After(20ms))) << "lost";
  thread.CancelAndWait();
  EXPECT_TRUE(thread.over());
  EXPECT_THROW(thread.Join(), Interrupted);
}

TEST(CancellableThreadTest, WhatTheFunctionHeldIsGoneWhenItIsOver) {
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  CancellableThread thread([held](Interrupt& interrupt) { SleepForEver(interrupt); });
  held.reset();
  EXPECT_FALSE(watched.expired());
  thread.CancelAndWait();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace base
