// Plain text and numbers in it.
#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace base {
namespace {

TEST(TextTest, TrimsBothEnds) {
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim(" \n "), "");
  EXPECT_EQ(Trim(""), "");
}

TEST(TextTest, TakesOnePartAfterTheOther) {
  std::string_view rest = "one\n\nlast";
  EXPECT_EQ(TakeLine(rest), "one");
  EXPECT_EQ(TakeLine(rest), "");
  EXPECT_EQ(TakeLine(rest), "last");
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(TakeLine(rest), "");
}

TEST(TextTest, LowersLettersOfAsciiOnly) { EXPECT_EQ(LowerCase("AZ[@ \xC3\x84"), "az[@ \xC3\x84"); }

TEST(TextTest, AWholeNumberIsNothingElse) {
  EXPECT_EQ(ParseWhole<int>("-12"), -12);
  EXPECT_EQ(ParseWhole<std::int64_t>("9223372036854775807"), 9223372036854775807);
  EXPECT_EQ(ParseWhole<unsigned>("B37", 16), 0xB37u);
  for (const char* text : {"", " 1", "1 ", "+1", "1.5", "x", "99999999999"})
    EXPECT_FALSE(ParseWhole<int>(text)) << text;
  EXPECT_FALSE(ParseWhole<unsigned>("-1"));
}

TEST(TextTest, ALeadingNumberMayBeFollowedByAnything) {
  EXPECT_EQ(ParseLeading<int>("42\n"), 42);
  EXPECT_FALSE(ParseLeading<int>("x42"));
}

}  // namespace
}  // namespace base
