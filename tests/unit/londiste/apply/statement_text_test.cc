#include "londiste/apply/statement_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "londiste/apply/row_plan.h"

namespace londiste::apply {
namespace {

using testing::ElementsAre;

std::shared_ptr<const structure::TableShape> Shape(std::vector<structure::TableColumn> columns,
                                                   bool only = true) {
  structure::TableShape shape;
  shape.name = pg::QualifiedName::Parse("vendas.Order");
  shape.only = only;
  shape.columns = std::move(columns);
  return std::make_shared<const structure::TableShape>(std::move(shape));
}

structure::TableColumn Column(std::string name, std::string type = "integer") {
  return {std::move(name), std::move(type)};
}

RowPlan Plan(const std::shared_ptr<const structure::TableShape>& shape, std::string_view type,
             std::string_view data) {
  static RowEvent row;
  row.Decode(type, data);
  return MakeRowPlan(1, shape, row);
}

TEST(StatementTextTest, Insert) {
  const auto plan = Plan(Shape({Column("id"), Column("user", "text")}), "I:id", "user=x&id=1");
  EXPECT_EQ(StatementText(plan), R"(insert into "vendas"."Order" ("id", "user") values ($1, $2))");
  EXPECT_THAT(ParameterPlaces(plan), ElementsAre(1, 0));
}

TEST(StatementTextTest, InsertWithoutACommonColumn) {
  EXPECT_EQ(StatementText(Plan(Shape({Column("x")}), "I:", "y=1")),
            R"(insert into "vendas"."Order" default values)");
}

TEST(StatementTextTest, UpdateSetsAllButTheKey) {
  const auto plan =
      Plan(Shape({Column("id"), Column("a"), Column("b", "text")}), "U:id", "id=1&a=2&b=3");
  EXPECT_EQ(
      StatementText(plan),
      R"(update only "vendas"."Order" set "a" = $1, "b" = $2 where "id" operator(pg_catalog.=) $3::integer)");
  EXPECT_THAT(ParameterPlaces(plan), ElementsAre(1, 2, 0));
}

TEST(StatementTextTest, PartitionedTablesAreWrittenWithoutOnly) {
  const auto shape = Shape({Column("id"), Column("a")}, false);
  EXPECT_EQ(
      StatementText(Plan(shape, "U:id", "id=1&a=2")),
      R"(update "vendas"."Order" set "a" = $1 where "id" operator(pg_catalog.=) $2::integer)");
  EXPECT_EQ(StatementText(Plan(shape, "D:id", "id=1&a=2")),
            R"(delete from "vendas"."Order" where "id" operator(pg_catalog.=) $1::integer)");
}

TEST(StatementTextTest, NullKeysAndTypesWithoutEquality) {
  auto json = Column("j", "json");
  json.equals = "";
  const auto plan = Plan(Shape({Column("a"), Column("b"), json}), "D:a,b,j", "a=1&b&j={}");
  EXPECT_EQ(
      StatementText(plan),
      R"(delete from only "vendas"."Order" where "a" operator(pg_catalog.=) $1::integer and "b" is null and "j"::pg_catalog.text operator(pg_catalog.=) $2::pg_catalog.text)");
  EXPECT_THAT(ParameterPlaces(plan), ElementsAre(0, 2));
}

TEST(StatementTextTest, UpdateOfTheKeyAloneHasNoEffect) {
  EXPECT_TRUE(Plan(Shape({Column("id"), Column("a")}), "U:id", "id=1").no_effect());
  EXPECT_TRUE(Plan(Shape({Column("id"), Column("a")}), "U", "id='1' where id='1'").no_effect());
  EXPECT_FALSE(Plan(Shape({Column("id"), Column("a")}), "U:id", "id=1&a").no_effect());
}

TEST(StatementTextTest, AKeyThatMayBeEqualAndOtherwiseWrittenIsSet) {
  auto key = Column("k", "ext.citext");
  key.equals = "operator(ext.=)";
  key.exact = false;
  const auto shape = Shape({key, Column("id"), Column("a")});
  const auto plan = Plan(shape, "U:k,id", "k=X&id=1&a=2");
  EXPECT_EQ(
      StatementText(plan),
      R"(update only "vendas"."Order" set "k" = $1, "a" = $2 where "k" operator(ext.=) $3::ext.citext and "id" operator(pg_catalog.=) $4::integer)");
  EXPECT_FALSE(Plan(shape, "U:k", "k=X").no_effect());
  const auto fragment = Plan(shape, "U", "k='X' where k='x'");
  EXPECT_THAT(ParameterPlaces(fragment), ElementsAre(0, 1)) << "the new one set, by the old one";
  EXPECT_EQ(
      StatementText(Plan(shape, "U", "a='1' where k='x'")),
      R"(update only "vendas"."Order" set "a" = $1 where "k" operator(ext.=) $2::ext.citext)");
}

TEST(StatementTextTest, GeneratedColumnsAreLeftOut) {
  auto generated = Column("g");
  generated.generated = true;
  const auto shape = Shape({Column("id"), generated});
  EXPECT_EQ(StatementText(Plan(shape, "I:id", "id=1&g=2")),
            R"(insert into "vendas"."Order" ("id") values ($1))");
  EXPECT_TRUE(Plan(shape, "U:id", "id=1&g=2").no_effect());
}

TEST(StatementTextTest, IdentityAlwaysIsOverriddenInInsertAndLeftInUpdate) {
  auto identity = Column("n", "bigint");
  identity.identity_always = true;
  const auto shape = Shape({Column("id"), identity, Column("a")});
  EXPECT_EQ(
      StatementText(Plan(shape, "I:id", "id=1&n=2&a=3")),
      R"(insert into "vendas"."Order" ("id", "n", "a") overriding system value values ($1, $2, $3))");
  EXPECT_EQ(
      StatementText(Plan(shape, "U:id", "id=1&n=2&a=3")),
      R"(update only "vendas"."Order" set "a" = $1 where "id" operator(pg_catalog.=) $2::integer)");
  EXPECT_EQ(
      StatementText(Plan(shape, "U:n", "id=1&n=2&a=3")),
      R"(update only "vendas"."Order" set "id" = $1, "a" = $2 where "n" operator(pg_catalog.=) $3::bigint)");
}

TEST(StatementTextTest, OfARepeatedNameTheLastValueCounts) {
  EXPECT_THAT(ParameterPlaces(Plan(Shape({Column("id"), Column("a")}), "I:id", "a=1&id=1&a=2")),
              ElementsAre(1, 2));
}

TEST(StatementTextTest, FragmentsAndTruncate) {
  const auto shape = Shape({});
  EXPECT_EQ(FragmentText(*shape, Operation::kInsert, "(a) values (now())"),
            R"(insert into "vendas"."Order" (a) values (now()))");
  EXPECT_EQ(FragmentText(*shape, Operation::kUpdate, "a=1 where b=2"),
            R"(update only "vendas"."Order" set a=1 where b=2)");
  EXPECT_EQ(FragmentText(*shape, Operation::kDelete, "b=2"),
            R"(delete from only "vendas"."Order" where b=2)");
}

TEST(RowPlanTest, KeyMustBeInTheEventAndInTheTable) {
  const auto shape = Shape({Column("id"), Column("a")});
  EXPECT_THROW(Plan(shape, "U:id", "a=1"), base::Error);
  EXPECT_THROW(Plan(shape, "D:nr", "nr=1"), base::Error);
  EXPECT_THROW(Plan(shape, "D:", "a=1"), base::Error);
  EXPECT_NO_THROW(Plan(shape, "I:nr", "nr=1&a=1"));
}

TEST(RowPlanTest, NamesTheColumnsThatAreNotHere) {
  RowEvent row;
  row.Decode("I:id", "id=1&x=1&a=2&y=3");
  EXPECT_THAT(ColumnsNotInTable(*Shape({Column("id"), Column("a")}), row), ElementsAre("x", "y"));
}

TEST(RowPlanTest, SignatureTellsApartWhatNeedsAnotherPlan) {
  const auto signature = [](std::string_view type, std::string_view data) {
    RowEvent row;
    row.Decode(type, data);
    std::string text;
    AppendSignature(text, row);
    return text;
  };
  EXPECT_EQ(signature("U:id", "id=1&a=1"), signature("U:id", "id=2&a"));
  EXPECT_NE(signature("U:id", "id=1&a=1"), signature("D:id", "id=1&a=1"));
  EXPECT_NE(signature("U:id", "id=1&a=1"), signature("U:id", "id=1&b=1"));
  EXPECT_NE(signature("U:id", "id=1&a=1"), signature("U:a", "id=1&a=1"));
  EXPECT_NE(signature("U:id", "id=1&a=1"), signature("U:id", "id&a=1"));
}

}  // namespace
}  // namespace londiste::apply
