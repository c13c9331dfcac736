#include "londiste/compare/row_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "londiste/compare/custom_query.h"

namespace {

using namespace londiste::compare;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Comparison Table(bool integer_key, bool as_utf8) {
  Comparison table{.table = "public.t",
                   .above = {},
                   .below = {},
                   .key = {"id"},
                   .columns = {"id", "v"},
                   .generated = {false, false},
                   .integer_key = integer_key,
                   .as_utf8 = as_utf8,
                   .only_above = {},
                   .only_below = {}};
  table.above = {.table = {"public", "t"},
                 .columns = {"id", "v"},
                 .key = {"t.\"id\""},
                 .values = {"t.\"id\"", "t.\"v\""},
                 .condition = "v > 'a'",
                 .key_columns = {}};
  return table;
}

const Piece kPiece{.relation = {"public", "part"}, .only = true};

TEST(RowHash, TheTextOfARowIsMadeOnce) {
  const Comparison table = Table(true, false);
  EXPECT_EQ(SumsSql(table, table.above, kPiece, 16),
            "select b, count(*), sum(hashtextextended(x, 0)), sum(hashtextextended(x, 1)) from "
            "(select hashint8extended((t.\"id\")::int8, 0) & 15 as b, row(t.\"id\", "
            "t.\"v\")::text collate \"C\" as x from only \"public\".\"part\" t where (v > 'a') "
            "offset 0) q group by b");
}

TEST(RowHash, OtherKeysAndEncodingsAreSpreadByTheirText) {
  const Comparison table = Table(false, true);
  Piece piece = kPiece;
  piece.only = false;
  piece.range = londiste::structure::PageRange{8, 16};
  const std::string sql = SumsSql(table, table.above, piece, 16);
  EXPECT_THAT(sql, HasSubstr("hashtextextended(encode(convert_to(row(t.\"id\")::text, 'UTF8'), "
                             "'hex') collate \"C\", 0) & 15 as b"));
  EXPECT_THAT(sql, HasSubstr("from \"public\".\"part\" t where (t.ctid >= "));
  EXPECT_THAT(sql, Not(HasSubstr("only")));
}

TEST(RowHash, RowsOfSomeBucketsAreChosenByTheirBits) {
  const Comparison table = Table(true, false);
  const std::array<std::int64_t, 2> wanted{1, 15};
  const std::string sql = RowsSql(table, table.above, kPiece, {16, wanted});
  EXPECT_THAT(sql, HasSubstr("get_bit('\\x0280'::bytea, (hashint8extended"));
  EXPECT_THAT(SumsSql(table, table.above, kPiece, 64, {16, wanted}),
              AllOf(HasSubstr("0) & 63 as b"), HasSubstr("get_bit('\\x0280'::bytea, (hashint8"),
                    HasSubstr("0) & 15)::int4) = 1")));
  EXPECT_THAT(sql, HasSubstr("select k0, hashtextextended(x, 0), hashtextextended(x, 1) from "));
}

TEST(CustomQuery, PlacesAreFilled) {
  const Comparison table = Table(true, false);
  EXPECT_EQ(CustomSql({"select count(_COLS_) from only _TABLE_", ""}, table.above),
            "select count((\"id\",\"v\")) from only \"public\".\"t\" where v > 'a'");
}

}  // namespace
