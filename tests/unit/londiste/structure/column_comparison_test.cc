#include "londiste/structure/column_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace londiste::structure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Column Plain(std::string name, std::string type = "integer") {
  return {.name = std::move(name), .type = std::move(type)};
}
Column InKey(std::string name) {
  return {.name = std::move(name), .type = "integer", .not_null = true, .in_key = true};
}

TEST(CompareColumnsTest, IsSilentAboutEqualTablesInAnyOrder) {
  EXPECT_THAT(CompareColumns("public.t", {InKey("id"), Plain("a"), Plain("b")},
                             {Plain("b"), InKey("id"), Plain("a")}),
              IsEmpty());
}

TEST(CompareColumnsTest, NamesColumnsMissingOnEitherSide) {
  EXPECT_THAT(CompareColumns("public.t", {InKey("id"), Plain("a")}, {InKey("id"), Plain("b")}),
              ElementsAre("table \"public.t\": column \"a\" does not exist on this node, its "
                          "values are not replicated",
                          "table \"public.t\": column \"b\" exists only on this node"));
}

TEST(CompareColumnsTest, WarnsOfRowsThatCannotBeStored) {
  Column strict = Plain("b");
  strict.not_null = true;
  EXPECT_THAT(CompareColumns("t", {InKey("id")}, {InKey("id"), strict}),
              ElementsAre("table \"t\": column \"b\" exists only on this node; it is NOT NULL "
                          "without a default, so new rows cannot be "
                          "stored"));
  strict.has_default = true;
  EXPECT_THAT(CompareColumns("t", {InKey("id")}, {InKey("id"), strict}),
              ElementsAre("table \"t\": column \"b\" exists only on this node"));
}

TEST(CompareColumnsTest, WarnsOfTypesAndKeys) {
  EXPECT_THAT(
      CompareColumns("t", {InKey("id"), Plain("a", "integer")}, {InKey("id"), Plain("a", "text")}),
      ElementsAre("table \"t\": column \"a\" is integer on the provider and text on this node"));
  EXPECT_THAT(
      CompareColumns("t", {InKey("a"), InKey("b")}, {InKey("a"), Plain("b")}),
      ElementsAre("table \"t\": the primary key is (a, b) on the provider and (a) on this node"));
}

TEST(CompareColumnsTest, AGeneratedColumnIsReplicatedIntoAnOrdinaryOne) {
  Column generated = Plain("g");
  generated.generated = true;
  EXPECT_THAT(CompareColumns("t", {InKey("id"), generated}, {InKey("id"), Plain("g")}), IsEmpty());
  EXPECT_THAT(CompareColumns("t", {InKey("id"), Plain("g")}, {InKey("id"), generated}), IsEmpty());
  EXPECT_THAT(CompareColumns("t", {InKey("id")}, {InKey("id"), generated}), IsEmpty());
  EXPECT_THAT(CompareColumns("t", {InKey("id"), generated}, {InKey("id")}),
              ElementsAre("table \"t\": column \"g\" does not exist on this node, its values are "
                          "not replicated"));
}

TEST(CompareColumnsTest, AVirtualColumnIsNotReplicated) {
  Column on_read = Plain("v");
  on_read.generated = on_read.is_virtual = true;
  EXPECT_THAT(CompareColumns("t", {InKey("id"), on_read}, {InKey("id"), on_read}), IsEmpty());
  EXPECT_THAT(CompareColumns("t", {InKey("id"), on_read}, {InKey("id")}), IsEmpty());
  EXPECT_THAT(CompareColumns("t", {InKey("id"), on_read}, {InKey("id"), Plain("v")}),
              ElementsAre("table \"t\": column \"v\" is a virtual generated column on the "
                          "provider, its values are not replicated"));
}

}  // namespace
}  // namespace londiste::structure
