#include "londiste/repair/fix.h"

#include <gtest/gtest.h>

namespace {

using namespace londiste;
using repair::Fix;
using repair::FixOf;
using repair::RowPair;
using repair::Values;

// Key (id, "a b"); v; g is generated, n always an identity; own is here only.
compare::Comparison Table() {
  compare::Comparison table{.table = "public.t",
                            .above = {},
                            .below = {},
                            .key = {"id", "a b"},
                            .columns = {"v", "id", "a b", "g", "n"},
                            .generated = {false, false, false, true, false},
                            .unchangeable = {false, false, false, false, true},
                            .only_above = {},
                            .only_below = {"own"}};
  table.below.table = {"public", "t"};
  table.below.key_columns = {{"t.\"id\"", "integer", "operator(pg_catalog.=)"},
                             {"t.\"a b\"", "ext.citext", "operator(ext.=)"}};
  return table;
}

TEST(Fix, EqualRowsNeedNone) {
  const Values row{"x", "1", "2", "g", "7"};
  EXPECT_FALSE(FixOf(Table(), {row, row, {}}));
  EXPECT_FALSE(FixOf(Table(), {std::nullopt, std::nullopt, {}}));
}

TEST(Fix, AMissingRowIsInserted) {
  const auto fix = FixOf(Table(), {Values{"it's", "1", std::nullopt, "g", "7"}, std::nullopt, {}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kInsert);
  EXPECT_EQ(
      fix->statements.at(0),
      "insert into \"public\".\"t\" (\"v\", \"id\", \"a b\", \"n\") overriding system value values "
      "('it''s', '1', NULL, '7')");
}

TEST(Fix, AnExtraRowIsDeletedByItsKey) {
  const auto fix = FixOf(Table(), {std::nullopt, Values{"x", "1", "2", "g", "7"}, {"mine"}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kDelete);
  EXPECT_EQ(
      fix->statements.at(0),
      "delete from only \"public\".\"t\" where \"id\" operator(pg_catalog.=) '1'::integer and "
      "\"a b\" operator(ext.=) '2'::ext.citext");
}

TEST(Fix, OfAChangedRowOnlyWhatDiffersIsSetIfItIsAsItWas) {
  const auto fix =
      FixOf(Table(),
            {Values{std::nullopt, "1", "2", "new", "7"}, Values{"old\\", "1", "2", "g", "7"}, {}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kUpdate);
  EXPECT_EQ(fix->statements.at(0),
            "update only \"public\".\"t\" set \"v\" = NULL where \"id\" operator(pg_catalog.=) "
            "'1'::integer and \"a b\" operator(ext.=) '2'::ext.citext and "
            "format('%s', \"v\") collate \"C\" = E'old\\\\'");
  const auto null = FixOf(
      Table(), {Values{"x", "1", "2", "g", "7"}, Values{std::nullopt, "1", "2", "g", "7"}, {}});
  EXPECT_TRUE(null->statements.at(0).ends_with("\"v\" is null")) << null->statements.at(0);
}

TEST(Fix, AGeneratedColumnAloneCannotBeSet) {
  const auto fix =
      FixOf(Table(), {Values{"x", "1", "2", "new", "7"}, Values{"x", "1", "2", "old", "7"}, {}});
  ASSERT_TRUE(fix);
  EXPECT_TRUE(fix->statements.empty());
}

TEST(Fix, ARowWhoseIdentityDiffersComesAnew) {
  const auto fix =
      FixOf(Table(), {Values{"x", "1", "2", "g", "7"}, Values{"x", "1", "2", "g", "8"}, {"mine"}});
  ASSERT_TRUE(fix);
  EXPECT_EQ(fix->kind, Fix::Kind::kUpdate);
  ASSERT_EQ(fix->statements.size(), 2u);
  EXPECT_TRUE(fix->statements[0].ends_with("and format('%s', \"n\") collate \"C\" = '8'"))
      << fix->statements[0];
  EXPECT_TRUE(fix->statements[1].starts_with("insert into")) << fix->statements[1];
}

TEST(Fix, ARowThatComesAnewKeepsWhatOnlyThisNodeHas) {
  EXPECT_EQ(
      repair::InsertSql(
          Table(), {Values{"x", "1", "2", "g", "7"}, Values{"y", "1", "2", "g", "7"}, {"mine"}}),
      "insert into \"public\".\"t\" (\"v\", \"id\", \"a b\", \"n\", \"own\") overriding system "
      "value "
      "values ('x', '1', '2', '7', 'mine')");
}

}  // namespace
