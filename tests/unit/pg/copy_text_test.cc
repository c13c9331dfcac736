#include <gtest/gtest.h>

#include "pg/copy.h"

namespace {

std::string Escaped(std::optional<std::string_view> value) {
  std::string out = "before:";
  pg::AppendCopyText(out, value);
  return out.substr(7);
}

TEST(CopyTextTest, EscapesWhatEndsFieldsAndRows) {
  EXPECT_EQ(Escaped("a\tb\nc\rd\\e"), "a\\tb\\nc\\rd\\\\e");
  EXPECT_EQ(Escaped("\b\f\v"), "\\b\\f\\v");
}

TEST(CopyTextTest, LeavesTheRestAlone) {
  EXPECT_EQ(Escaped("São Paulo 'x' \"y\""), "São Paulo 'x' \"y\"");
  EXPECT_EQ(Escaped(""), "");
}

TEST(CopyTextTest, TellsNullFromTheWord) {
  EXPECT_EQ(Escaped(std::nullopt), "\\N");
  EXPECT_EQ(Escaped("\\N"), "\\\\N");
  EXPECT_EQ(Escaped("\\."), "\\\\.");
}

}  // namespace
