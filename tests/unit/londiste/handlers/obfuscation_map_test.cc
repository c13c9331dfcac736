#include "londiste/handlers/obfuscation_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "londiste/handlers/hidden_json.h"

namespace londiste::handlers {
namespace {

std::string RefusalOf(const std::string& text) {
  try {
    ObfuscationMap::Parse(text, "map.yaml", "");
  } catch (const base::ConfigError& error) {
    EXPECT_NE(error.hint(), "");
    return error.what();
  }
  return "";
}

TEST(ObfuscationMapTest, ReadsTablesAndColumns) {
  const auto map = ObfuscationMap::Parse(
      "public.customer:\n  id: keep\n  email: hash\n  settings:\n    theme: keep\n    home:\n      "
      "city: hash32\n\"my schema.T\": {\"A b\": bool}\nshort: {id: hash64}\n",
      "map.yaml", "k");
  const ObfuscationMap::Columns* customer = map.Find("public.customer");
  ASSERT_NE(customer, nullptr);
  EXPECT_EQ(customer, map.Find("customer"));
  EXPECT_EQ(customer->at("email").hiding, Hiding::kHash);
  EXPECT_TRUE(customer->at("settings").is_object());
  EXPECT_EQ(customer->at("settings").members.at("home").members.at("city").hiding, Hiding::kHash32);
  EXPECT_EQ(customer->find("phone"), customer->end());
  EXPECT_EQ(map.Find("my schema.T")->at("A b").hiding, Hiding::kBool);
  EXPECT_NE(map.Find("public.short"), nullptr);
  EXPECT_EQ(map.Find("public.other"), nullptr);
}

TEST(ObfuscationMapTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(RefusalOf("public.t:\n  id: keep\n  email: hsah\n"),
            "map.yaml:3: table \"public.t\", column \"email\": there is no \"hsah\": it may be one "
            "of keep, skip, hash, hash32, hash64, bool");
  EXPECT_EQ(RefusalOf("t:\n  id:\n"),
            "map.yaml:2: table \"t\", column \"id\": it must be one of keep, skip, hash, hash32, "
            "hash64, bool, or keys of JSON");
  EXPECT_EQ(RefusalOf("t:\n  id: [keep]\n"),
            "map.yaml:2: table \"t\", column \"id\": it must be one of keep, skip, hash, hash32, "
            "hash64, bool, or keys of JSON");
  EXPECT_EQ(RefusalOf("t:\n  id: keep\n  id: hash\n"),
            "map.yaml:3: table \"t\", column \"id\": is there twice");
  EXPECT_EQ(RefusalOf("t:\n  id: keep\npublic.t:\n  id: hash\n"),
            "map.yaml:3: table \"public.t\": is there twice");
  EXPECT_EQ(RefusalOf("t:\n"), "map.yaml:1: table \"t\": no columns are named");
  EXPECT_EQ(RefusalOf("- t\n"), "map.yaml:1: the file names no tables");
  EXPECT_THAT(RefusalOf(""), testing::HasSubstr("the file names no tables"));
  EXPECT_THAT(RefusalOf("t:\n  a: {b: keep, b: keep}\n"),
              testing::HasSubstr("column \"a\", key \"b\": is there twice"));
  EXPECT_THAT(RefusalOf("t:\n  id: keep\n bad: x\n"), testing::StartsWith("map.yaml:3: the file"));
  EXPECT_THAT(RefusalOf("t: {[a]: keep}"), testing::HasSubstr("must be plain text"));
  std::string deep = "t:\n  a: ";
  for (int level = 0; level < 60; ++level) deep += "{b: ";
  EXPECT_THAT(RefusalOf(deep + "keep" + std::string(60, '}')),
              testing::HasSubstr("nested too deeply"));
}

TEST(ObfuscationMapTest, AFileThatIsNotThereIsNamed) {
  try {
    ObfuscationMap::ReadFile("/nowhere/map.yaml", "", "x.ini:3");
    FAIL();
  } catch (const base::ConfigError& error) {
    EXPECT_STREQ(error.what(),
                 "x.ini:3: obfuscator_map: could not read file \"/nowhere/map.yaml\": No such file "
                 "or directory");
  }
}

class HiddenJsonTest : public testing::Test {
 protected:
  static std::string Shown(const std::string& json) {
    static const auto map = ObfuscationMap::Parse(
        "t:\n  c:\n    a: keep\n    gone: skip\n    mail: hash\n    n: hash32\n    big: hash64\n   "
        " "
        "has: bool\n    home: {city: keep}\n",
        "map.yaml", "secret");
    return HideInJson(json, map.Find("t")->at("c"), "secret");
  }
};

TEST_F(HiddenJsonTest, ShowsWhatIsListed) {
  EXPECT_EQ(Shown(R"({"a": [1, {"x": null}], "b": 2, "gone": {"a": 1}})"),
            R"({"a":[1,{"x":null}]})");
  EXPECT_EQ(Shown(R"({"mail":"alice@example.com","n":"alice@example.com","big":null})"),
            R"({"mail":"f1ab8d82-433c-dc13-2fdb-d975f6e955a2","n":475180500})");
  EXPECT_EQ(Shown(R"({"home":{"city":"Lisboa","street":"Rua A"}})"),
            R"({"home":{"city":"Lisboa"}})");
  EXPECT_EQ(Shown(R"({"home":[{"city":"Lisboa"}]})"), "{}") << "a list where keys were expected";
  EXPECT_EQ(Shown(R"({"home":"Rua A, Lisboa"})"), "{}") << "a text where keys were expected";
  EXPECT_EQ(Shown(R"({"a":1,"home":{"street":"Rua A"},"x":2})"), R"({"a":1})") << "nothing is left";
  EXPECT_EQ(Shown(R"({"home":{"street":"Rua A"},"a":1})"), R"({"a":1})");
  EXPECT_EQ(Shown(R"({"a":{},"home":{}})"), R"({"a":{}})") << "kept as it was";
  for (const char* text : {R"("Rua A")", "1", "null", "true", "[]", R"([{"a":1}])", "{}"})
    EXPECT_EQ(Shown(text), "{}") << text;
}

TEST_F(HiddenJsonTest, KeepsNumbersAndTextsAsTheyWere) {
  EXPECT_EQ(Shown(R"({"a":[123456789012345678901234567890, 1.50, -0.1e-300, "ã\u0041\n\"/"]})"),
            R"({"a":[123456789012345678901234567890,1.50,-0.1e-300,"ãA\n\"/"]})");
}

// tests/interop/handlers compares with SkyTools.
TEST_F(HiddenJsonTest, LooksAtTheKindOfAValue) {
  for (const char* word : {"mail", "n", "big", "has"})
    for (const char* value : {"null", "[]", "[1]", "{}", R"({"x":["secret"]})"})
      EXPECT_EQ(Shown(std::string(R"({")") + word + R"(": )" + value + "}"), "{}") << word << value;
  EXPECT_EQ(Shown(R"({"a":null})"), "{}");
  EXPECT_EQ(Shown(R"({"n":true})"), Shown(R"({"n":1})"));
  EXPECT_EQ(Shown(R"({"n":false})"), Shown(R"({"n":"0"})"));
  for (const char* value : {"true", "1", "-1", "0.5", R"("x")", R"("f")"})
    EXPECT_EQ(Shown(std::string(R"({"has":)") + value + "}"), R"({"has":"t"})") << value;
  for (const char* value : {"false", "0", "-0.0", R"("")"})
    EXPECT_EQ(Shown(std::string(R"({"has":)") + value + "}"), R"({"has":"f"})") << value;
}

TEST_F(HiddenJsonTest, DoesNotShowWhatIsNoJson) {
  for (const char* text : {"", "{", "alice@example.com", R"({"a":1} alice)", "{\"a\":\"\xff\"}"}) {
    try {
      FAIL() << Shown(text);
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("the value is no JSON, from byte "));
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("alice")));
    }
  }
}

}  // namespace
}  // namespace londiste::handlers
