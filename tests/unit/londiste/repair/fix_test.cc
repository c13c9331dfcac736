#include "londiste/repair/fix.h"

#include <gtest/gtest.h>

namespace {

using namespace londiste;
using repair::Fix;
using repair::FixOf;
using repair::RowPair;
using repair::Values;

// Key (id, part); v; g is generated; own is here only.
compare::Comparison Table() {
  compare::Comparison table{.table = "public.t",
                            .above = {},
                            .below = {},
                            .key = {"id", "a b"},
                            .columns = {"v", "id", "a b", "g"},
                            .generated = {false, false, false, true},
                            .only_above = {},
                            .only_below = {"own"}};
  table.below.table = {"public", "t"};
  table.below.key_columns = {{"t.\"id\"", "integer"}, {"t.\"a b\"", "text"}};
  return table;
}

TEST(Fix, EqualRowsNeedNone) {
  const Values row{"x", "1", "2", "g"};
  EXPECT_FALSE(FixOf(Table(), {row, row, {}}));
  EXPECT_FALSE(FixOf(Table(), {std::nullopt, std::nullopt, {}}));
}

TEST(Fix, AMissingRowIsInserted) {
  const auto fix = FixOf(Table(), {Values{"it's", "1", std::nullopt, "g"}, std::nullopt, {}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kInsert);
  EXPECT_EQ(fix->statement,
            "insert into \"public\".\"t\" (\"v\", \"id\", \"a b\") overriding system value values "
            "('it''s', '1', NULL)");
}

TEST(Fix, AnExtraRowIsDeletedByItsKey) {
  const auto fix = FixOf(Table(), {std::nullopt, Values{"x", "1", "2", "g"}, {"mine"}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kDelete);
  EXPECT_EQ(fix->statement,
            "delete from only \"public\".\"t\" where \"id\" = '1'::integer and \"a b\" = "
            "'2'::text");
}

TEST(Fix, OfAChangedRowOnlyWhatDiffersIsSetIfItIsAsItWas) {
  const auto fix =
      FixOf(Table(), {Values{std::nullopt, "1", "2", "new"}, Values{"old\\", "1", "2", "g"}, {}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kUpdate);
  EXPECT_EQ(
      fix->statement,
      "update only \"public\".\"t\" set \"v\" = NULL where \"id\" = '1'::integer and \"a b\" = "
      "'2'::text and "
      "format('%s', \"v\") = E'old\\\\'");
  const auto null =
      FixOf(Table(), {Values{"x", "1", "2", "g"}, Values{std::nullopt, "1", "2", "g"}, {}});
  EXPECT_TRUE(null->statement.ends_with("\"v\" is null")) << null->statement;
}

TEST(Fix, AGeneratedColumnAloneCannotBeSet) {
  const auto fix = FixOf(Table(), {Values{"x", "1", "2", "new"}, Values{"x", "1", "2", "old"}, {}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->statement, "");
}

TEST(Fix, ARowThatComesAnewKeepsWhatOnlyThisNodeHas) {
  EXPECT_EQ(
      repair::InsertSql(Table(),
                        {Values{"x", "1", "2", "g"}, Values{"y", "1", "2", "g"}, {"mine"}}),
      "insert into \"public\".\"t\" (\"v\", \"id\", \"a b\", \"own\") overriding system value "
      "values ('x', '1', '2', 'mine')");
}

}  // namespace
