#include "londiste/compare/custom_query.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using namespace londiste::compare;

ComparedSide Side(const std::string& table, std::vector<std::string> columns) {
  return {.table = {"public", table},
          .columns = std::move(columns),
          .key = {},
          .values = {},
          .condition = {},
          .key_columns = {}};
}

TEST(CustomQuery, NamesStayNames) {
  const CustomQuery query{"select _COLS_::text from only _TABLE_", ""};
  EXPECT_EQ(CustomSql(query, Side("t", {"id", "V"})),
            "select (\"id\",\"V\")::text from only \"public\".\"t\"");
  EXPECT_EQ(CustomSql(query, Side("_COLS_; drop table x; --", {"_TABLE_"})),
            "select (\"_TABLE_\")::text from only \"public\".\"_COLS_; drop table x; --\"");
  ComparedSide side = Side("t", {"id"});
  side.condition = "id > 1";
  EXPECT_TRUE(CustomSql(query, side).ends_with(" where id > 1"));
}

TEST(CustomQuery, AnswersAsPythonDoes) {
  const std::map<std::string, std::string> values = {{"cnt", "10"}, {"sum", "%(cnt)s"}};
  EXPECT_EQ(CustomAnswer("%(cnt)d rows, %(cnt)i, checksum=%(sum)s", values),
            "10 rows, 10, checksum=%(cnt)s");
  EXPECT_EQ(CustomAnswer("100 %% of %%(cnt)d", values), "100 % of %(cnt)d");
  EXPECT_THROW(CustomAnswer("%(other)s", values), base::Error);
  EXPECT_THROW(CustomAnswer("%(cnt)x", values), base::Error);
  EXPECT_THROW(CustomAnswer("100 %", values), base::Error);
}

}  // namespace
