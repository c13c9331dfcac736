#include "pgq/urlencode.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using pgq::DecodeRow;
using pgq::EncodeRow;
using pgq::Field;

TEST(UrlencodeTest, DecodesARow) {
  EXPECT_EQ(
      DecodeRow("id=1&txt=a+b%26c&val&empty="),
      (std::vector<Field>{{"id", "1"}, {"txt", "a b&c"}, {"val", std::nullopt}, {"empty", ""}}));
}

TEST(UrlencodeTest, DecodesNamesAndTakesBothCasesOfHex) {
  EXPECT_EQ(DecodeRow("a%20b=%C3%A7%c3%a7"), (std::vector<Field>{{"a b", "çç"}}));
}

TEST(UrlencodeTest, OnlyTheFirstEqualsSignSeparates) {
  EXPECT_EQ(DecodeRow("a=b=c"), (std::vector<Field>{{"a", "b=c"}}));
}

TEST(UrlencodeTest, SkipsEmptyElementsAndLetsTheLastValueWin) {
  EXPECT_EQ(DecodeRow("&&a=1&b=2&&a=3&"), (std::vector<Field>{{"a", "3"}, {"b", "2"}}));
  EXPECT_TRUE(DecodeRow("").empty());
}

TEST(UrlencodeTest, RefusesBrokenEscapes) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%=1", "a=%1%31"}) {
    EXPECT_THROW(DecodeRow(text), base::Error) << text;
  }
}

TEST(UrlencodeTest, EncodesAsTheTriggersDo) {
  EXPECT_EQ(EncodeRow({{"id", "1"}, {"a b", "x_.-~/ç "}, {"n", std::nullopt}, {"e", ""}}),
            "id=1&a+b=x_.-%7e%2f%c3%a7+&n&e=");
}

TEST(UrlencodeTest, AllByteValuesComeBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const std::vector<Field> row{{bytes, bytes}, {"b", std::nullopt}};
  EXPECT_EQ(DecodeRow(EncodeRow(row)), row);
}

// Several bytes are looked at together: wherever in them an escape is, and whatever follows it.
TEST(UrlencodeTest, FindsEscapesAtEachPlace) {
  for (std::size_t length = 1; length <= 26; ++length) {
    for (std::size_t first = 0; first < length; ++first) {
      for (std::size_t second = first; second < length; ++second) {
        std::string value(length, '\xaa');
        value[first] = ' ';
        value[second] = '%';
        std::string encoded, decoded;
        for (const char c : value) encoded += c == ' ' ? "+" : c == '%' ? "%25" : std::string(1, c);
        pgq::DecodeTo(decoded, encoded);
        ASSERT_EQ(decoded, value) << length << " " << first << " " << second;
      }
    }
  }
}

}  // namespace
