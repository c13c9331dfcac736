// How often a worker polls.
#include "cascade/poll_pacer.h"

#include <gtest/gtest.h>

namespace cascade {
namespace {

using namespace std::chrono_literals;

TEST(PollPacer, StaysAtLoopDelayUntilNotificationsHaveProvedToWork) {
  PollPacer pacer;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pacer.NextWait(true, 1s), 1s);
}

TEST(PollPacer, SlowsDownWhileNotificationsAnnounceBatches) {
  PollPacer pacer;
  pacer.Found(true);
  for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s})
    EXPECT_EQ(pacer.NextWait(true, 1s), expected);
  pacer.Found(true);
  EXPECT_EQ(pacer.NextWait(true, 1s), 30s) << "the next one will be announced, too";
}

TEST(PollPacer, ReturnsToLoopDelayWhenABatchCameUnannounced) {
  PollPacer pacer;
  pacer.Found(true);
  for (int i = 0; i < 4; ++i) pacer.NextWait(true, 1s);
  pacer.Found(false);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(pacer.NextWait(true, 1s), 1s);
}

TEST(PollPacer, NeverSlowerThanLoopDelayWithoutAListener) {
  PollPacer pacer;
  pacer.Found(true);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(pacer.NextWait(false, 1s), 1s);
}

TEST(PollPacer, KeepsALoopDelayThatIsSlowerThanItsOwnLimit) {
  PollPacer pacer;
  pacer.Found(true);
  EXPECT_EQ(pacer.NextWait(true, 30s), 30s);
  EXPECT_EQ(pacer.NextWait(true, 30s), 30s);
}

}  // namespace
}  // namespace cascade
