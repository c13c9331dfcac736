// How the worker's failures read in the log.
#include "cascade/failure_text.h"

#include <gtest/gtest.h>

namespace cascade {
namespace {

using namespace std::chrono_literals;

TEST(FailureTextTest, IsWhatLogWatchersLookFor) {
  pg::Failure failure;
  failure.message = "no route";
  EXPECT_EQ(FailureText("job", failure), "Job job crashed: no route");
  failure.query = "select 1";
  EXPECT_EQ(FailureText("job", failure),
            "Job job got error on connection: no route.   Query: select 1");
  failure.query = std::string(201, 'x');
  EXPECT_EQ(FailureText("job", failure),
            "Job job got error on connection: no route.   Query: " + std::string(60, 'x') + " ...");
}

TEST(FailureLineTest, SaysWhatHappensNext) {
  EXPECT_EQ(FailureLine("no route", {1, 0s}, 200ms), "no route; retrying in 0.2 s");
}

TEST(FailureLineTest, SaysHowOftenItHappened) {
  EXPECT_EQ(FailureLine("no route", {3, 60s}, 20s),
            "no route; 3 times in 60 s; retrying in 20.0 s");
}

TEST(RecoveryLineTest, SaysHowLongTheTroubleWas) {
  EXPECT_EQ(RecoveryLine({1, 500ms}), "working again after 1 failure in 0.5 s");
  EXPECT_EQ(RecoveryLine({2, 3s}), "working again after 2 failures in 3.0 s");
}

}  // namespace
}  // namespace cascade
