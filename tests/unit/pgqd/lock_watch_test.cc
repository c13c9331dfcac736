#include "pgqd/work/lock_watch.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pgqd {
namespace {

using namespace std::chrono_literals;

TEST(LockWatchTest, TellsOnceOfALockThatLasts) {
  LockWatch watch;
  const LockWatch::Time now = LockWatch::Time{} + 1h;
  EXPECT_FALSE(watch.Locked("q", now));
  EXPECT_FALSE(watch.Locked("q", now + 999ms));
  EXPECT_TRUE(watch.Locked("q", now + 1s));
  EXPECT_FALSE(watch.Locked("q", now + 1h));
  EXPECT_TRUE(watch.Free("q"));
  EXPECT_FALSE(watch.Free("q"));
  EXPECT_FALSE(watch.any());
}

TEST(LockWatchTest, ALockOfAMomentIsNotTold) {
  LockWatch watch;
  const LockWatch::Time now = LockWatch::Time{} + 1h;
  EXPECT_FALSE(watch.Locked("q", now));
  EXPECT_FALSE(watch.Free("q"));
  EXPECT_FALSE(watch.Locked("q", now + 2s)) << "another one";
  EXPECT_FALSE(watch.Locked("r", now + 3s)) << "another queue";
  EXPECT_EQ(watch.Queues(), (std::vector<std::string>{"q", "r"}));
}

}  // namespace
}  // namespace pgqd
