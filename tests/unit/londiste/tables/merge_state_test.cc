#include <gtest/gtest.h>

#include "londiste/tables/merge_state.h"

namespace {

using londiste::tables::FindTransition;
using londiste::tables::MergeState;
using londiste::tables::StateTransition;
using londiste::tables::StateTransitions;
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

TEST_P(UnknownMergeState, IsKeptAsItIs) {
  const MergeState state = MergeState::Parse(GetParam());
  EXPECT_EQ(state.kind, Kind::kUnknown);
  EXPECT_EQ(state.ToText(), GetParam());
  EXPECT_FALSE(state.ok());
}

INSTANTIATE_TEST_SUITE_P(States, UnknownMergeState,
                         testing::Values("", "OK", "wanna-sync", "wanna-sync:", "wanna-sync:x",
                                         "do-sync:1x", "do-sync:-1", "do-sync:0",
                                         "do-sync:99999999999999999999"));

TEST(MergeStateTest, IsShownToPeople) {
  EXPECT_EQ(MergeState().ToString(), "None");
  EXPECT_EQ(MergeState::Parse("do-sync:7").ToString(), "do-sync:7");
}

// Every pair of states: the changes as they are meant to be, by who makes them.
TEST(StateTransitions, AreTheseAndNoOthers) {
  using Actor = StateTransition::Actor;
  constexpr Kind kAll[] = {Kind::kNone,   Kind::kInCopy, Kind::kCatchingUp, Kind::kWannaSync,
                           Kind::kDoSync, Kind::kOk,     Kind::kUnknown};
  const auto expected = [](Kind from, Kind to, Actor actor) {
    const bool copied =
        from == Kind::kCatchingUp || from == Kind::kWannaSync || from == Kind::kDoSync;
    switch (actor) {
      case Actor::kAdministrator:
        return to == Kind::kNone;
      case Actor::kMainWorker:
        return (from == Kind::kWannaSync && to == Kind::kDoSync) ||
               (from == Kind::kOk && to == Kind::kOk);
      case Actor::kCopy:
        break;
    }
    switch (to) {
      case Kind::kInCopy:
        return from != Kind::kOk && from != Kind::kUnknown;
      case Kind::kCatchingUp:
        return copied || from == Kind::kInCopy;
      case Kind::kWannaSync:
        return copied;
      case Kind::kOk:
        return from == Kind::kDoSync || from == Kind::kNone;
      default:
        return false;
    }
  };
  for (const Kind from : kAll) {
    for (const Kind to : kAll) {
      for (const Actor actor : {Actor::kCopy, Actor::kMainWorker, Actor::kAdministrator}) {
        EXPECT_EQ(FindTransition(from, to, actor) != nullptr, expected(from, to, actor))
            << static_cast<int>(from) << " -> " << static_cast<int>(to) << " by "
            << static_cast<int>(actor);
      }
    }
  }
}

TEST(StateTransitions, StandOnceEach) {
  for (const StateTransition& one : StateTransitions())
    EXPECT_EQ(FindTransition(one.from, one.to, one.actor), &one);
}

// A table becomes ok only where main worker and copy stand at the same tick, and without a
// snapshot; without a copy it does when there is none to make.
TEST(StateTransitions, OnlyTheSameTickMakesATableOk) {
  for (const StateTransition& one : StateTransitions()) {
    if (one.to != Kind::kOk) continue;
    EXPECT_EQ(one.snapshot, StateTransition::Snapshot::kCleared);
    using Needs = StateTransition::Needs;
    const Needs needs = one.from == Kind::kOk     ? Needs::kSameSnapshot
                        : one.from == Kind::kNone ? Needs::kNoCopy
                                                  : Needs::kSameTick;
    EXPECT_EQ(one.needs, needs);
  }
}

}  // namespace
