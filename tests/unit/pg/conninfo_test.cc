#include "pg/conninfo.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

std::string ParseError(const std::string& connstr) {
  try {
    pg::ParseConnstr(connstr);
  } catch (const base::Error& e) {
    return e.what();
  }
  return "";
}

TEST(ConninfoTest, ParsesKeywordsAndUris) {
  const auto plain = pg::ParseConnstr("dbname=teste host='/tmp/a b' password='it\\'s'");
  EXPECT_EQ(plain.at("password"), "it's");
  EXPECT_EQ(plain.at("dbname"), "teste");
  EXPECT_EQ(plain.at("host"), "/tmp/a b");
  const auto uri =
      pg::ParseConnstr("postgresql://joe:s%20ecret@db.example:5433/app?sslmode=require");
  EXPECT_EQ(uri.at("user"), "joe");
  EXPECT_EQ(uri.at("password"), "s ecret");
  EXPECT_EQ(uri.at("port"), "5433");
  EXPECT_EQ(uri.at("sslmode"), "require");
}

TEST(ConninfoTest, KeepsOnlyWhatTheStringSays) {
  EXPECT_EQ(pg::ParseConnstr("dbname=x").size(), 1U);
  EXPECT_TRUE(pg::ParseConnstr("").empty());
}

TEST(ConninfoTest, FormatsWhatItParses) {
  const std::map<std::string, std::string> parts{
      {"dbname", "a b"}, {"host", "/tmp"}, {"password", "quote ' backslash \\"}, {"user", ""}};
  EXPECT_EQ(pg::ParseConnstr(pg::FormatConnstr(parts)), parts);
}

TEST(ConninfoTest, RedactsPasswordsInBothForms) {
  EXPECT_EQ(pg::RedactConnstr("host=h password=geheim dbname=d"), "dbname=d host=h password=***");
  const std::string uri = pg::RedactConnstr("postgres://joe:geheim@h/d");
  EXPECT_EQ(uri.find("geheim"), std::string::npos) << uri;
  EXPECT_NE(uri.find("host=h"), std::string::npos) << uri;
}

TEST(ConninfoTest, LeavesAStringWithoutPasswordAsItIs) {
  EXPECT_EQ(pg::RedactConnstr("host=h   dbname=d"), "host=h   dbname=d");
  EXPECT_EQ(pg::RedactConnstr("postgres://joe@h/d"), "postgres://joe@h/d");
}

TEST(ConninfoTest, RedactsWhatDoesNotParseAltogether) {
  EXPECT_EQ(pg::RedactConnstr("password='geheim"), "(invalid connection string)");
}

TEST(ConninfoTest, AStringInsideAStringIsRefusedAndNotShown) {
  for (const char* connstr : {"dbname=postgresql://joe:geheim@h/d",
                              "host=h dbname='postgres://joe:geheim@h/d?sslmode=require'",
                              "dbname='host=h password=geheim'", "host=postgresql://joe:geheim@h/d",
                              "postgresql://h/?dbname=postgres%3A%2F%2Fjoe%3Ageheim%40h%2Fd"}) {
    EXPECT_NE(ParseError(connstr).find("holds a connection string itself"), std::string::npos)
        << connstr;
    EXPECT_EQ(ParseError(connstr).find("geheim"), std::string::npos) << connstr;
    EXPECT_EQ(pg::RedactConnstr(connstr), "(invalid connection string)");
  }
  EXPECT_EQ(ParseError("dbname='a=b' password='postgres://x'"), "");
}

TEST(ConninfoTest, ComplaintsNameTheMistake) {
  EXPECT_EQ(ParseError("dbname=x foo=1"),
            "invalid connection string: invalid connection option \"foo\"");
}

TEST(ConninfoTest, ComplaintsNeverQuoteAPieceOfAPassword) {
  for (const char* connstr :
       {"password=top geheim", "host=h password=top geheim=1", "postgres://joe:geheim%zz@h/d",
        "postgres://joe:geheim@[h/d", "password='geheim"}) {
    const std::string message = ParseError(connstr);
    EXPECT_TRUE(message.starts_with("invalid connection string: ")) << message;
    EXPECT_EQ(message.find("geheim"), std::string::npos) << message;
  }
}

TEST(ConninfoTest, MergeLetsTheExtraKeywordsWin) {
  const auto merged =
      pg::ParseConnstr(pg::MergeConnstr("dbname=d host=h user=a", "user=b password=x"));
  EXPECT_EQ(merged.at("user"), "b");
  EXPECT_EQ(merged.at("password"), "x");
  EXPECT_EQ(merged.at("host"), "h");
  EXPECT_EQ(pg::MergeConnstr("dbname=d  host=h", " "), "dbname=d  host=h");
}

}  // namespace
