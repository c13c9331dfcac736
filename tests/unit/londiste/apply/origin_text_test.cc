#include "londiste/apply/origin_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using londiste::apply::OriginText;
using Rule = OriginText::Rule;
using testing::Optional;

TEST(OriginTextTest, ConvertsNamesAndValues) {
  const OriginText text("LATIN1", Rule::kAll);
  EXPECT_THAT(text.ToUtf8("id=1&a%e7%e3o=Jo%e3o+da+Silva&n&e="),
              Optional(std::string("id=1&a%c3%a7%c3%a3o=Jo%c3%a3o+da+Silva&n&e=")));
  EXPECT_EQ(text.ToUtf8("id=1&a=%25e3+%7f&n"), std::nullopt);
}

TEST(OriginTextTest, OfAKnownOriginWhatLooksLikeUtf8IsNone) {
  EXPECT_THAT(OriginText("LATIN1", Rule::kAll).ToUtf8("a=%c3%a3"),
              Optional(std::string("a=%c3%83%c2%a3")));
  EXPECT_THAT(OriginText("LATIN1", Rule::kInvalid).ToUtf8("a=%c3%a3&b=%e3"),
              Optional(std::string("a=%c3%a3&b=%c3%a3")));
}

TEST(OriginTextTest, KnowsEveryEncodingItNames) {
  for (const std::string& name : OriginText::Encodings())
    EXPECT_EQ(OriginText(name, Rule::kAll).ToUtf8("a=x"), std::nullopt) << name;
  EXPECT_THAT(OriginText("WIN1251", Rule::kAll).ToUtf8("a=%e6"), Optional(std::string("a=%d0%b6")));
  EXPECT_THAT(OriginText("EUC_JP", Rule::kAll).ToUtf8("a=%b4%c1"),
              Optional(std::string("a=%e6%bc%a2")));
}

TEST(OriginTextTest, RefusesWhatIsNoTextThere) {
  EXPECT_THROW(OriginText("WIN1252", Rule::kAll).ToUtf8("a=%81"), base::Error);
  EXPECT_THROW(OriginText("EUC_JP", Rule::kInvalid).ToUtf8("a=%b4"), base::Error);
  EXPECT_THROW(OriginText("KLINGON", Rule::kAll), base::Error);
}

}  // namespace
