#include "base/interrupt.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <thread>

#include "base/error.h"

namespace base {
namespace {

using namespace std::chrono_literals;

bool Readable(int fd) {
  pollfd waited{fd, POLLIN, 0};
  return poll(&waited, 1, 0) == 1;
}

TEST(DeadlineTest, RoundsUpAndNeverGoesBelowZero) {
  EXPECT_EQ(Deadline::Never().PollTimeout(), -1);
  EXPECT_FALSE(Deadline::Never().Passed());
  EXPECT_TRUE(Deadline::After(0ms).Passed());
  EXPECT_EQ(Deadline::After(-5s).PollTimeout(), 0);
  EXPECT_GT(Deadline::After(1us + 10s).PollTimeout(), 9000);
  EXPECT_EQ(Deadline::After(std::chrono::hours(24 * 365)).PollTimeout(),
            std::numeric_limits<int>::max());
}

TEST(InterruptTest, SleepEndsAtTheDeadline) {
  Interrupt interrupt;
  EXPECT_EQ(interrupt.Sleep(Deadline::After(1ms)), Interrupt::Woken::kTimeout);
}

TEST(InterruptTest, APendingWakeEndsTheNextSleepOnce) {
  Interrupt interrupt;
  interrupt.Wake();
  interrupt.Wake();
  EXPECT_TRUE(Readable(interrupt.wake_fd()));
  EXPECT_EQ(interrupt.Sleep(Deadline::Never()), Interrupt::Woken::kWake);
  EXPECT_FALSE(Readable(interrupt.wake_fd()));
  EXPECT_EQ(interrupt.Sleep(Deadline::After(1ms)), Interrupt::Woken::kTimeout);
  EXPECT_FALSE(interrupt.stopping());
}

TEST(InterruptTest, StopStaysAndThrowsNothing) {
  Interrupt interrupt;
  interrupt.Stop();
  interrupt.ClearWake();
  EXPECT_TRUE(Readable(interrupt.wake_fd()));
  EXPECT_FALSE(Readable(interrupt.cancel_fd()));
  EXPECT_EQ(interrupt.Sleep(Deadline::Never()), Interrupt::Woken::kStop);
  EXPECT_NO_THROW(interrupt.ThrowIfCancelled());
}

TEST(InterruptTest, CancelThrowsAndRunsTheCallbacksEachTime) {
  Interrupt interrupt;
  int calls = 0;
  {
    const Interrupt::Registration registration = interrupt.OnCancel([&] { ++calls; });
    interrupt.Stop();
    EXPECT_EQ(calls, 0);
    interrupt.Cancel();
    interrupt.Cancel();
  }
  interrupt.Cancel();
  EXPECT_EQ(calls, 2) << "not after its registration has gone";
  EXPECT_TRUE(Readable(interrupt.cancel_fd()));
  EXPECT_THROW(interrupt.Sleep(Deadline::Never()), Interrupted);
  interrupt.Stop();
  EXPECT_TRUE(interrupt.cancelled()) << "levels only rise";
}

TEST(InterruptTest, RegistrationsCanBeMoved) {
  Interrupt interrupt;
  int calls = 0;
  Interrupt::Registration kept;
  {
    Interrupt::Registration first = interrupt.OnCancel([&] { ++calls; });
    kept = std::move(first);
  }
  interrupt.Cancel();
  EXPECT_EQ(calls, 1);
  kept = {};
  interrupt.Cancel();
  EXPECT_EQ(calls, 1);
}

TEST(InterruptTest, WakesASleeperOnAnotherThread) {
  Interrupt interrupt;
  std::thread sleeper(
      [&] { EXPECT_EQ(interrupt.Sleep(Deadline::Never()), Interrupt::Woken::kStop); });
  interrupt.Stop();
  sleeper.join();
}

}  // namespace
}  // namespace base
