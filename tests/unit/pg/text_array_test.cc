#include "pg/text_array.h"

#include <gtest/gtest.h>

namespace pg {
namespace {

TEST(TextArrayTest, QuotesEveryElement) {
  EXPECT_EQ(TextArray({}), "{}");
  EXPECT_EQ(TextArray({"a", "", "b \"c\" \\d", "NULL", "x,y"}),
            R"({"a","","b \"c\" \\d","NULL","x,y"})");
}

}  // namespace
}  // namespace pg
