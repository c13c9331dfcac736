#include "londiste/tables/merge_parts.h"

#include <gtest/gtest.h>

namespace {

using londiste::tables::AwaitedPart;
using londiste::tables::DecidePartCopy;
using londiste::tables::MergePart;
using londiste::tables::MergeState;
using londiste::tables::PartCopy;
using londiste::tables::Table;
using Step = PartCopy::Step;

constexpr bool kHolds = true;

Table Own(const char* state, bool holds = false) {
  Table table;
  table.name = "public.t";
  table.local = true;
  if (state) table.state = MergeState::Parse(state);
  if (holds) table.dropped_ddl = "alter table t add primary key (id);";
  return table;
}
MergePart First(const char* state, bool holds = false) {
  return {"q1", "public.t", state ? MergeState::Parse(state) : MergeState{}, holds, true};
}
MergePart Later(const char* state, bool holds = false) {
  return {"q3", "public.t", state ? MergeState::Parse(state) : MergeState{}, holds, false};
}

TEST(MergeParts, ATableOfOneQueueIsCopiedAsAlways) {
  for (const char* state : {"in-copy", "catching-up", "wanna-sync:5"}) {
    EXPECT_EQ(DecidePartCopy(Own(state), {}).step, Step::kAlone);
    EXPECT_TRUE(DecidePartCopy(Own(state), {}).empties);
  }
}

TEST(MergeParts, TheFirstByNameLeads) {
  EXPECT_EQ(DecidePartCopy(Own(nullptr), {Later(nullptr)}).step, Step::kLead);
  EXPECT_TRUE(DecidePartCopy(Own(nullptr), {Later("in-copy")}).empties);
  const PartCopy waits = DecidePartCopy(Own(nullptr), {First(nullptr), Later(nullptr)});
  EXPECT_EQ(waits.step, Step::kWait);
  EXPECT_EQ(waits.reason, "waits for queue q1, which copies first");
  EXPECT_EQ(DecidePartCopy(Own("in-copy"), {First("in-copy")}).step, Step::kWait);
}

TEST(MergeParts, RowsComeBesideThoseOfOthersOnceTheTableIsReady) {
  for (const char* state : {"in-copy", "catching-up"}) {
    const PartCopy joins = DecidePartCopy(Own(nullptr), {First(state, kHolds)});
    EXPECT_EQ(joins.step, Step::kJoin);
    EXPECT_FALSE(joins.empties);
  }
  EXPECT_EQ(DecidePartCopy(Own(nullptr), {First(nullptr, kHolds)}).step, Step::kWait);
}

TEST(MergeParts, NoMoreThanWantedCopyAtATime) {
  Table own = Own(nullptr);
  own.attributes.Set("max_parallel_copy", "1");
  EXPECT_EQ(DecidePartCopy(own, {First("in-copy", kHolds), Later("in-copy")}).step, Step::kWait);
  EXPECT_EQ(DecidePartCopy(own, {First("catching-up", kHolds), Later("in-copy")}).step,
            Step::kJoin);
  own.attributes.Set("max_parallel_copy", "2");
  EXPECT_EQ(DecidePartCopy(own, {First("in-copy", kHolds)}).step, Step::kJoin);
}

TEST(MergeParts, TheLeadThatWasKilledDoesNotEmptyTheTableAgain) {
  const PartCopy again = DecidePartCopy(Own("in-copy", kHolds), {Later("catching-up")});
  EXPECT_EQ(again.step, Step::kJoin);
  EXPECT_FALSE(again.empties);
}

TEST(MergeParts, NothingIsEmptiedThatAnotherPartHasFilled) {
  for (const char* state : {"ok", "catching-up", "wanna-sync:5", "do-sync:5", "nonsense"}) {
    EXPECT_EQ(DecidePartCopy(Own(nullptr), {Later(state)}).step, Step::kRefuse) << state;
    EXPECT_EQ(DecidePartCopy(Own("in-copy"), {First(state)}).step, Step::kRefuse) << state;
  }
  // What this queue itself has brought is not brought twice.
  EXPECT_EQ(DecidePartCopy(Own("catching-up"), {Later("ok")}).step, Step::kRefuse);
  EXPECT_EQ(DecidePartCopy(Own("catching-up", kHolds), {Later("in-copy")}).step, Step::kRefuse);
  EXPECT_EQ(DecidePartCopy(Own(nullptr, kHolds), {Later("in-copy")}).step, Step::kRefuse);
}

TEST(MergeParts, APartThatComesLaterKeepsTheRows) {
  Table own = Own(nullptr);
  own.attributes.Set("skip_truncate", "1");
  const PartCopy alone = DecidePartCopy(own, {First("ok"), Later("ok")});
  EXPECT_EQ(alone.step, Step::kAlone);
  EXPECT_FALSE(alone.empties);
}

TEST(MergeParts, TheLeadWaitsForAllAndTheOthersForTheLead) {
  EXPECT_EQ(AwaitedPart(Own("catching-up", kHolds), {First("in-copy"), Later(nullptr)}), "q1");
  EXPECT_EQ(AwaitedPart(Own("catching-up", kHolds), {First("catching-up"), Later(nullptr)}), "q3");
  EXPECT_EQ(AwaitedPart(Own("catching-up", kHolds), {First("catching-up")}), "");
  EXPECT_EQ(AwaitedPart(Own("catching-up"), {First("in-copy", kHolds)}), "q1");
  EXPECT_EQ(AwaitedPart(Own("catching-up"), {First("ok"), Later("in-copy")}), "");
  EXPECT_EQ(AwaitedPart(Own("catching-up"), {}), "");
}

}  // namespace
