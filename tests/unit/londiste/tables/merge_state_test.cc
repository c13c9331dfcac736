#include <gtest/gtest.h>

#include "base/error.h"
#include "londiste/tables/table_list.h"

namespace {

using londiste::tables::MergeState;
using Kind = MergeState::Kind;

class MergeStateText : public testing::TestWithParam<std::pair<std::optional<std::string>, Kind>> {
};

TEST_P(MergeStateText, IsReadAndWrittenBack) {
  const auto& [text, kind] = GetParam();
  const MergeState state = MergeState::Parse(text);
  EXPECT_EQ(state.kind, kind);
  EXPECT_EQ(state.ToText(), text);
}

INSTANTIATE_TEST_SUITE_P(States, MergeStateText,
                         testing::Values(std::pair(std::nullopt, Kind::kNone),
                                         std::pair("in-copy", Kind::kInCopy),
                                         std::pair("catching-up", Kind::kCatchingUp),
                                         std::pair("wanna-sync:17", Kind::kWannaSync),
                                         std::pair("do-sync:9223372036854775807", Kind::kDoSync),
                                         std::pair("ok", Kind::kOk)));

TEST(MergeStateTest, ReadsAQuestionMarkAsOk) {
  EXPECT_EQ(MergeState::Parse("?").kind, Kind::kOk);
  EXPECT_EQ(MergeState::Parse("?").ToText(), "ok");
}

TEST(MergeStateTest, KeepsTheTick) {
  EXPECT_EQ(MergeState::Parse("do-sync:42").tick, pgq::TickId(42));
  EXPECT_FALSE(MergeState::Parse("ok").tick);
}

TEST(MergeStateTest, CountsAsCopyingBetweenNullAndOk) {
  EXPECT_FALSE(MergeState::Parse(std::nullopt).copying());
  EXPECT_TRUE(MergeState::Parse("in-copy").copying());
  EXPECT_TRUE(MergeState::Parse("do-sync:1").copying());
  EXPECT_FALSE(MergeState::Parse("ok").copying());
}

class UnknownMergeState : public testing::TestWithParam<const char*> {};

TEST_P(UnknownMergeState, IsRefused) { EXPECT_THROW(MergeState::Parse(GetParam()), base::Error); }

INSTANTIATE_TEST_SUITE_P(States, UnknownMergeState,
                         testing::Values("", "OK", "wanna-sync", "wanna-sync:", "wanna-sync:x",
                                         "do-sync:1x", "do-sync:-1", "do-sync:0",
                                         "do-sync:99999999999999999999"));

}  // namespace
