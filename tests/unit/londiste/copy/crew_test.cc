#include "londiste/copy/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "base/error.h"

namespace {

using londiste::copy::Crew;

void SleepLong(base::Interrupt& interrupt) {
  interrupt.Sleep(base::Deadline::After(std::chrono::minutes(10)));
}

TEST(CrewTest, AwaitReturnsWhenAllAreDone) {
  base::Interrupt boss;
  std::atomic<int> done = 0;
  int rounds = 0;
  Crew crew(boss, 3, [&](base::Interrupt&) { ++done; });
  crew.Await([&] { ++rounds; });
  EXPECT_EQ(done, 3);
  EXPECT_GE(rounds, 1);
}

TEST(CrewTest, OneFailureCancelsTheOthersAndIsThrown) {
  base::Interrupt boss;
  std::atomic<int> cancelled = 0, number = 0;
  Crew crew(boss, 4, [&](base::Interrupt& interrupt) {
    if (number++ == 2) throw std::runtime_error("the disk is full");
    try {
      SleepLong(interrupt);
    } catch (const base::Interrupted&) {
      ++cancelled;
      throw;
    }
  });
  try {
    crew.Await([] {});
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the disk is full");
  }
  EXPECT_EQ(cancelled, 3);
}

TEST(CrewTest, CancellingTheBossEndsThem) {
  base::Interrupt boss;
  Crew crew(boss, 2, [](base::Interrupt& interrupt) { SleepLong(interrupt); });
  boss.Cancel();
  EXPECT_THROW(crew.Await([] {}), base::Interrupted);
}

TEST(CrewTest, AnUnfinishedCrewIsCancelledAndWaitedFor) {
  base::Interrupt boss;
  std::atomic<int> ended = 0;
  {
    Crew crew(boss, 2, [&](base::Interrupt& interrupt) {
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
