#include "londiste/copy/column_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using londiste::copy::ColumnPlan;
using londiste::copy::MatchColumns;
using londiste::copy::Relation;
using testing::ElementsAre;
using testing::IsEmpty;

Relation Source(std::vector<londiste::copy::CopyColumn> columns, char kind = 'r') {
  return {{"public", "t"}, kind, std::move(columns)};
}
Relation Target(std::vector<londiste::copy::CopyColumn> columns) {
  return {{"my schema", "T"}, 'r', std::move(columns)};
}

TEST(MatchColumnsTest, TakesCommonColumnsInTheSourcesOrder) {
  const ColumnPlan plan =
      MatchColumns(Source({{"b"}, {"a"}, {"s"}}), Target({{"a"}, {"b"}, {"t"}}));
  EXPECT_THAT(plan.columns, ElementsAre("b", "a"));
  EXPECT_THAT(plan.only_source, ElementsAre("s"));
  EXPECT_THAT(plan.only_target, ElementsAre("t"));
  EXPECT_FALSE(plan.needs_query);
}

TEST(MatchColumnsTest, LeavesOutWhatTheTargetGenerates) {
  const ColumnPlan plan =
      MatchColumns(Source({{"id"}, {"g", true}}), Target({{"id"}, {"g", true}}));
  EXPECT_THAT(plan.columns, ElementsAre("id"));
  EXPECT_THAT(plan.only_source, IsEmpty());
  EXPECT_THAT(plan.only_target, IsEmpty());
  EXPECT_EQ(plan.CopyOutSql(Source({})), R"(copy "public"."t" ("id") to stdout)");
}

TEST(MatchColumnsTest, ReadsAColumnThatOnlyTheSourceGenerates) {
  const ColumnPlan plan = MatchColumns(Source({{"id"}, {"g", true}}), Target({{"id"}, {"g"}}));
  EXPECT_EQ(plan.CopyOutSql(Source({})),
            R"(copy (select "id", "g" from only "public"."t") to stdout)");
}

TEST(MatchColumnsTest, LeavesOutWhatIsVirtualAtTheSource) {
  const Relation source = Source({{"id"}, {"v", true, 23, true}, {"gone", true, 23, true}});
  const ColumnPlan plan = MatchColumns(source, Target({{"id"}, {"v"}}));
  EXPECT_EQ(plan.CopyOutSql(source), R"(copy "public"."t" ("id") to stdout)");
  EXPECT_THAT(plan.only_virtual, ElementsAre("v"));
  EXPECT_THAT(plan.only_target, IsEmpty());
  EXPECT_THAT(MatchColumns(source, Target({{"id"}, {"v", true}})).only_virtual, IsEmpty());
}

TEST(MatchColumnsTest, ReadsAPartitionedTableWithItsPartitions) {
  const Relation source = Source({{"id"}}, 'p');
  EXPECT_EQ(MatchColumns(source, Target({{"id"}})).CopyOutSql(source),
            R"(copy (select "id" from "public"."t") to stdout)");
}

TEST(MatchColumnsTest, IsBinaryWhenAllTypesAreTheSameBuiltInScalars) {
  constexpr unsigned kInt4 = 23, kBytea = 17, kInt8 = 20, kRegclass = 2205, kIntArray = 1007;
  const auto plan = [](unsigned source, unsigned target) {
    return MatchColumns(Source({{"id", false, kInt4}, {"x", false, source}}),
                        Target({{"id", false, kInt4}, {"x", false, target}}));
  };
  EXPECT_EQ(plan(kBytea, kBytea).CopyOutSql(Source({})),
            R"(copy "public"."t" ("id", "x") to stdout with (format binary))");
  EXPECT_EQ(plan(kBytea, kBytea).CopyInSql(Target({}), true),
            R"(copy "my schema"."T" ("id", "x") from stdin with (freeze, format binary))");
  EXPECT_EQ(plan(kBytea, kBytea).CopyInSql(Target({}), false),
            R"(copy "my schema"."T" ("id", "x") from stdin with (format binary))");
  EXPECT_FALSE(plan(kInt4, kInt8).binary);  // text converts
  EXPECT_FALSE(plan(kRegclass, kRegclass).binary);
  EXPECT_FALSE(plan(kIntArray, kIntArray).binary);
}

TEST(MatchColumnsTest, QuotesNames) {
  const ColumnPlan plan = MatchColumns(Source({{"Ação"}, {"a\"b"}, {"order"}}),
                                       Target({{"Ação"}, {"a\"b"}, {"order"}}));
  EXPECT_EQ(plan.CopyInSql(Target({}), true),
            R"(copy "my schema"."T" ("Ação", "a""b", "order") from stdin with (freeze))");
  EXPECT_EQ(plan.CopyInSql(Target({}), false),
            R"(copy "my schema"."T" ("Ação", "a""b", "order") from stdin)");
}

TEST(MatchColumnsTest, RefusesTablesWithNothingInCommon) {
  EXPECT_THROW(MatchColumns(Source({{"a"}}), Target({{"b"}})), base::Error);
  EXPECT_THROW(MatchColumns(Source({{"a"}}), Target({{"a", true}})), base::Error);
}

TEST(ColumnPlanTest, ARewriteLeavesColumnsOutAndWantsText) {
  const Relation there = Source({{"id", false, 23}, {"mail", false, 25}, {"phone", false, 25}}),
                 here = Target({{"id", false, 23}, {"mail", false, 2950}, {"phone", false, 25}});
  londiste::handlers::CopySelection selection;
  selection.rewrite = [](std::string_view column) -> londiste::handlers::ColumnRewrite {
    if (column == "phone") return {.leave_out = true};
    if (column == "mail") return {.value = [](auto& value) { value = "x"; }};
    return {};
  };
  const ColumnPlan plan = MatchColumns(there, here, selection);
  EXPECT_THAT(plan.columns, ElementsAre("id", "mail"));
  EXPECT_THAT(plan.only_source, IsEmpty());
  EXPECT_THAT(plan.only_target, IsEmpty()) << "it is not the provider that lacks it";
  EXPECT_FALSE(plan.binary);
  ASSERT_EQ(plan.rewrites.size(), 2u);
  EXPECT_FALSE(plan.rewrites[0]);
  selection.rewrite = [](std::string_view) { return londiste::handlers::ColumnRewrite(); };
  EXPECT_FALSE(MatchColumns(there, there, selection).rewrites_rows());
  EXPECT_TRUE(MatchColumns(there, there, selection).binary);
}

}  // namespace
