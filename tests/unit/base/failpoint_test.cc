#include "base/failpoint.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.h"
#include "support/process.h"

namespace base {
namespace {

#ifdef SKYTOOLS_FAILPOINTS

// The environment is read once per process, so each case runs in a process of its own.
TEST(FailpointDeathTest, KillsAtTheGivenHit) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("SKYTOOLS_FAILPOINT", "pgqd_after_tick=kill@2", 1);
        HitFailpoint(Failpoint::pgqd_after_tick);
        HitFailpoint(Failpoint::pgqd_before_tick);
        HitFailpoint(Failpoint::pgqd_after_tick);
        std::exit(0);
      },
      testing::KilledBySignal(SIGKILL), "");
}

TEST(FailpointDeathTest, ThrowsAndLeavesATrace) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        test_support::TempDir dir;
        setenv("SKYTOOLS_FAILPOINT", "pgqd_after_tick=error@1", 1);
        setenv("SKYTOOLS_FAILPOINT_TRACE", dir.path().c_str(), 1);
        bool thrown = false;
        try {
          HitFailpoint(Failpoint::pgqd_after_tick);
        } catch (const Error&) {
          thrown = true;
        }
        HitFailpoint(Failpoint::pgqd_after_tick);
        const bool traced = access((dir.path() + "/pgqd_after_tick").c_str(), F_OK) == 0;
        std::exit(thrown && traced ? 42 : 1);
      },
      testing::ExitedWithCode(42), "");
}

TEST(FailpointDeathTest, RefusesUnknownNames) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("SKYTOOLS_FAILPOINT", "no_such_point=kill", 1);
        HitFailpoint(Failpoint::pgqd_after_tick);
        std::exit(0);
      },
      testing::ExitedWithCode(70), "no such failpoint: no_such_point");
}

#endif

}  // namespace
}  // namespace base
