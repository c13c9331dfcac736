#include "londiste/copy/thread_group.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "base/error.h"

namespace {

using londiste::copy::ThreadGroup;

void SleepLong(base::Interrupt& interrupt) {
  interrupt.Sleep(base::Deadline::After(std::chrono::minutes(10)));
}

TEST(ThreadGroupTest, AwaitReturnsWhenAllAreDone) {
  base::Interrupt owner;
  std::atomic<int> done = 0;
  int rounds = 0;
  ThreadGroup group(owner, 3, [&](base::Interrupt&) { ++done; });
  group.Await([&] { ++rounds; });
  EXPECT_EQ(done, 3);
  EXPECT_GE(rounds, 1);
}

TEST(ThreadGroupTest, OneFailureCancelsTheOthersAndIsThrown) {
  base::Interrupt owner;
  std::atomic<int> cancelled = 0, number = 0;
  ThreadGroup group(owner, 4, [&](base::Interrupt& interrupt) {
    if (number++ == 2) throw std::runtime_error("the disk is full");
    try {
      SleepLong(interrupt);
    } catch (const base::Interrupted&) {
      ++cancelled;
      throw;
    }
  });
  try {
    group.Await([] {});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the disk is full");
  }
  EXPECT_EQ(cancelled, 3);
}

TEST(ThreadGroupTest, CancellingTheBossEndsThem) {
  base::Interrupt owner;
  ThreadGroup group(owner, 2, [](base::Interrupt& interrupt) { SleepLong(interrupt); });
  owner.Cancel();
  EXPECT_THROW(group.Await([] {}), base::Interrupted);
}

TEST(ThreadGroupTest, AnUnfinishedCrewIsCancelledAndWaitedFor) {
  base::Interrupt owner;
  std::atomic<int> ended = 0;
  {
    ThreadGroup group(owner, 2, [&](base::Interrupt& interrupt) {
      try {
        SleepLong(interrupt);
      } catch (const base::Interrupted&) {
        ++ended;
      }
    });
  }
  EXPECT_EQ(ended, 2);
}

}  // namespace
