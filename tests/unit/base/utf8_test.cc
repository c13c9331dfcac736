#include "base/utf8.h"

#include <gtest/gtest.h>

namespace {

using base::IsUtf8;
using base::PrintableUtf8;

TEST(Utf8Test, TakesWhatPostgresqlTakes) {
  for (const char* text :
       {"", "plain", "ção", "☃", "𝄞", "\x7f", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"})
    EXPECT_TRUE(IsUtf8(text)) << text;
}

TEST(Utf8Test, RefusesWhatPostgresqlRefuses) {
  for (const char* text : {"Jo\xe3o", "\xe3", "a\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf",
                           "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                           "\xf5\x80\x80\x80", "\xff", "\xe2\x98", "\xe2\x98x"})
    EXPECT_FALSE(IsUtf8(text)) << PrintableUtf8(text);
}

TEST(Utf8Test, PrintsBadBytesAsNumbers) {
  EXPECT_EQ(PrintableUtf8("Jo\xe3o, ção"), "Jo\\xe3o, ção");
  EXPECT_EQ(PrintableUtf8("\xe2\x98"), "\\xe2\\x98");
  EXPECT_EQ(PrintableUtf8(""), "");
}

}  // namespace
