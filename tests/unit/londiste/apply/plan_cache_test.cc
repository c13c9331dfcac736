#include "londiste/apply/plan_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace londiste::apply {
namespace {

structure::TableShape Shape(std::vector<std::string> columns) {
  structure::TableShape shape;
  shape.name = pg::QualifiedName::Parse("t");
  for (std::string& name : columns) shape.columns.push_back({std::move(name), "integer"});
  return shape;
}

class PlanCacheTest : public testing::Test {
 protected:
  const RowPlan& Plan(std::string_view type, std::string_view data) {
    row_.Decode(type, data);
    return cache_.PlanFor(table(), row_);
  }
  CachedTable& table() { return cache_.Table(pg::QualifiedName::Parse("t")); }

  PlanCache cache_{"q"};
  RowEvent row_;
};

TEST_F(PlanCacheTest, PlansAreMadeOnce) {
  EXPECT_TRUE(table().must_load());
  table().SetShape(Shape({"id", "a"}));
  EXPECT_FALSE(table().must_load());
  const RowPlan* first = &Plan("I:id", "id=1&a=2");
  EXPECT_EQ(&Plan("I:id", "id=3&a"), first);
  EXPECT_EQ(cache_.plan_count(), 1U);
  EXPECT_NE(&Plan("D:id", "id=3&a"), first);
}

TEST_F(PlanCacheTest, CompleteTablesAreNotLookedAtAgain) {
  table().SetShape(Shape({"id", "a"}));
  Plan("I:id", "id=1&a=2");
  cache_.StartBatch();
  EXPECT_FALSE(table().must_load());
}

TEST_F(PlanCacheTest, LeftOutColumnsAreLookedForInEachBatch) {
  table().SetTarget({.name = "public.t", .dest = table().name(), .left_out = {"x", "y"}});
  table().SetShape(Shape({"id"}));
  const auto id = Plan("I:id", "id=1&x=2&y=3").id;
  Plan("I:id", "id=1&x=2&y=3");
  EXPECT_FALSE(table().must_load());
  cache_.StartBatch();
  EXPECT_TRUE(table().must_load());
  table().SetShape(Shape({"id"}));
  EXPECT_EQ(Plan("I:id", "id=1&x=2&y=3").id, id) << "nothing changed, so the plan stays";
  cache_.StartBatch();
  table().SetShape(Shape({"id", "x", "y"}));
  EXPECT_EQ(Plan("I:id", "id=1&x=2&y=3").values.size(), 3U);
  cache_.StartBatch();
  EXPECT_FALSE(table().must_load());
}

TEST_F(PlanCacheTest, OtherColumnsThatAreNotHereAreRefused) {
  table().SetTarget({.name = "public.t", .dest = table().name(), .left_out = {"x"}});
  table().SetShape(Shape({"id"}));
  for (int again = 0; again < 2; ++again) {
    try {
      Plan("U:id", "id=1&x=2&y=3");
      ADD_FAILURE() << "planned";
    } catch (const UnknownColumn& error) {
      EXPECT_STREQ(error.what(), "column \"y\" does not exist here");
      EXPECT_EQ(error.sqlstate(), "42703");
      EXPECT_THAT(
          error.hint(),
          testing::HasSubstr("select londiste.local_leave_out_column('q', 'public.t', 'y')"));
    }
  }
  EXPECT_NO_THROW(Plan("D:id", "id=1&x=2&y=3")) << "a row goes by its key";
  table().SetTarget({.name = "public.t", .dest = table().name(), .left_out = {"x", "y"}});
  EXPECT_NO_THROW(Plan("U:id", "id=1&x=2&y=3"));
}

TEST_F(PlanCacheTest, ClearForgetsEverything) {
  table().SetShape(Shape({"id"}));
  const auto id = Plan("I:id", "id=1").id;
  cache_.Clear();
  EXPECT_TRUE(table().must_load());
  table().SetShape(Shape({"id"}));
  EXPECT_NE(Plan("I:id", "id=1").id, id) << "names of prepared statements are never used twice";
}

}  // namespace
}  // namespace londiste::apply
