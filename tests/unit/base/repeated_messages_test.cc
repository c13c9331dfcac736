// The first of a kind, then a count a minute.
#include "base/repeated_messages.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using namespace std::chrono_literals;

class RepeatedMessagesTest : public testing::Test {
 protected:
  RepeatedMessages Make(RepeatedMessages::Limits limits = {}) {
    return RepeatedMessages(limits, [this] { return now_; });
  }
  Clock::time_point now_ = Clock::time_point() + 1h;
};

TEST_F(RepeatedMessagesTest, TellsTheFirstOfAKindThenOnceAMinute) {
  RepeatedMessages messages = Make();
  EXPECT_EQ(messages.Add("a").value().times, 1);
  EXPECT_EQ(messages.Add("b").value().times, 1);
  for (int i = 0; i < 5; ++i) {
    now_ += 10s;
    EXPECT_FALSE(messages.Add("a"));
  }
  now_ += 10s;
  const std::optional<Repeats> told = messages.Add("a");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->times, 6);
  EXPECT_EQ(told->within, 60s);
  now_ += 10s;
  EXPECT_FALSE(messages.Add("a"));
}

TEST_F(RepeatedMessagesTest, AfterAQuietMinuteOneIsOne) {
  RepeatedMessages messages = Make();
  messages.Add("a");
  now_ += 2min;
  EXPECT_EQ(messages.Add("a").value().times, 1);
}

TEST_F(RepeatedMessagesTest, ClearSaysHowManyThereWere) {
  RepeatedMessages messages = Make();
  EXPECT_FALSE(messages.Clear());
  messages.Add("a");
  now_ += 1s;
  messages.Add("b");
  now_ += 1s;
  messages.Add("a");
  const std::optional<Repeats> all = messages.Clear();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->times, 3);
  EXPECT_EQ(all->within, 2s);
  EXPECT_FALSE(messages.Clear());
  EXPECT_TRUE(messages.Add("a")) << "a first one again";
}

TEST_F(RepeatedMessagesTest, OneKindCanBeForgotten) {
  RepeatedMessages messages = Make();
  messages.Add("a");
  messages.Add("b");
  messages.Forget("a");
  EXPECT_TRUE(messages.Add("a"));
  EXPECT_FALSE(messages.Add("b"));
}

TEST_F(RepeatedMessagesTest, SeveralMayBeToldInFull) {
  RepeatedMessages messages = Make({.in_full = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(messages.Add("a").value().times, 1);
  EXPECT_FALSE(messages.Add("a"));
  now_ += 1min;
  EXPECT_EQ(messages.Add("a").value().times, 2);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(messages.Add("a").value().times, 1);
  EXPECT_FALSE(messages.Add("a"));
}

TEST_F(RepeatedMessagesTest, ManyKindsTakeNoEndOfMemory) {
  RepeatedMessages messages = Make();
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(messages.Add(std::to_string(i)));
}

}  // namespace
}  // namespace base
