#include "londiste/copy/rewritten_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "pg/copy.h"

namespace londiste::copy {
namespace {

TEST(RewrittenRowsTest, AFieldIsWhatItWasBeforeItWasEscaped) {
  for (const std::string value : {"", "a", "N", "\\N", "\t\n\r\b\f\v\\", "\\t", "ã"}) {
    std::string text;
    pg::AppendCopyText(text, value);
    EXPECT_EQ(FromCopyText(text), value) << text;
  }
  EXPECT_EQ(FromCopyText("\\N"), std::nullopt);
}

TEST(RewrittenRowsTest, RowsAreChangedThenLookedAt) {
  ColumnPlan plan;
  plan.columns = {"a", "b", "c"};
  plan.rewrites = {{}, [](auto& value) { value = value ? *value + "\t!" : "null"; }, {}};
  std::vector<std::string> seen;
  const RowInspector inspect = [&](std::string_view row) { seen.emplace_back(row); };
  const RowChange change = ChangeOfRows(plan, inspect);
  EXPECT_EQ(change("1\tx\\ny\t\\N\n"), "1\tx\\ny\\t!\t\\N\n");
  EXPECT_EQ(change("1\t\\N\tz\n"), "1\tnull\tz\n");
  EXPECT_THAT(seen, testing::ElementsAre("1\tx\\ny\\t!\t\\N\n", "1\tnull\tz\n"));
  EXPECT_THROW(change("1\t2\t3\t4\n"), base::Error);
  plan.rewrites.clear();
  EXPECT_EQ(ChangeOfRows(plan, inspect)("as it is\n"), "as it is\n");
  EXPECT_EQ(ChangeOfRows(plan, {}), nullptr);
}

TEST(RewrittenRowsTest, ARefusalNamesTheColumn) {
  ColumnPlan plan;
  plan.columns = {"a"};
  plan.rewrites = {[](auto&) { throw base::Error("it is no JSON"); }};
  try {
    ChangeOfRows(plan, {})("x\n");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_STREQ(error.what(), "could not rewrite column \"a\" of a row: it is no JSON");
  }
}

}  // namespace
}  // namespace londiste::copy
