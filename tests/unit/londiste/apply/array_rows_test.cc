#include "londiste/apply/array_rows.h"

#include <gtest/gtest.h>

#include "pg/copy.h"

namespace {

using londiste::apply::ArrayRows;
using londiste::structure::TableColumn;

const TableColumn kId{.name = "id", .type = "pg_catalog.int8"};
const TableColumn kMood{.name = "m", .type = "ext.\"My Mood\""};

TEST(ArrayRowsTest, HasAnArrayForEachColumn) {
  ArrayRows rows({&kId, &kMood});
  rows.Add("1\tsad");
  rows.Add("2\t\\N");
  EXPECT_EQ(rows.Array(0), R"(E'{"1","2"}'::pg_catalog.int8[])");
  EXPECT_EQ(rows.Item(), R"(rows from (pg_catalog.unnest(E'{"1","2"}'::pg_catalog.int8[]), )"
                         R"(pg_catalog.unnest(E'{"sad",NULL}'::ext."My Mood"[])) s (c0, c1))");
}

TEST(ArrayRowsTest, EmptyTextAndTheWordNullAreNoNulls) {
  ArrayRows rows({&kId, &kMood});
  rows.Add("\t");
  rows.Add("NULL\t\\\\N");
  EXPECT_EQ(rows.Array(0), R"(E'{"","NULL"}'::pg_catalog.int8[])");
  EXPECT_EQ(rows.Array(1), R"(E'{"","\\\\N"}'::ext."My Mood"[])");
}

TEST(ArrayRowsTest, QuotesAreEscapedForLiteralAndArray) {
  ArrayRows rows({&kId});
  std::string line;
  pg::AppendCopyText(line, "a'b\"c\\d\te\n{,}");
  rows.Add(line);
  EXPECT_EQ(rows.Array(0), "E'{\"a''b\\\\\"c\\\\\\\\d\te\n{,}\"}'::pg_catalog.int8[]");
}

}  // namespace
