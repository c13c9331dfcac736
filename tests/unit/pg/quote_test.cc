#include "pg/quote.h"

#include <gtest/gtest.h>

namespace {

TEST(QuoteTest, LeavesPlainIdentifiersAlone) {
  EXPECT_EQ(pg::QuoteIdent("pessoa"), "pessoa");
  EXPECT_EQ(pg::QuoteIdent("_a1"), "_a1");
  EXPECT_EQ(pg::QuoteIdent("name"), "name");  // an unreserved key word
}

TEST(QuoteTest, QuotesEverythingElse) {
  EXPECT_EQ(pg::QuoteIdent("Pessoa"), "\"Pessoa\"");
  EXPECT_EQ(pg::QuoteIdent("1a"), "\"1a\"");
  EXPECT_EQ(pg::QuoteIdent("a b"), "\"a b\"");
  EXPECT_EQ(pg::QuoteIdent("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(pg::QuoteIdent("ação"), "\"ação\"");
  EXPECT_EQ(pg::QuoteIdent(""), "\"\"");
  for (const char* word :
       {"order", "user", "table", "system_user", "xmltable", "all", "json_table"}) {
    EXPECT_EQ(pg::QuoteIdent(word), "\"" + std::string(word) + "\"");
  }
}

TEST(QuoteTest, SplitsNamesAtTheFirstDot) {
  EXPECT_EQ(pg::QualifiedName::Parse("pessoa"), (pg::QualifiedName{"public", "pessoa"}));
  EXPECT_EQ(pg::QualifiedName::Parse("a.b.c"), (pg::QualifiedName{"a", "b.c"}));
  EXPECT_EQ(pg::QuoteFqIdent("Vendas.Order"), "\"Vendas\".\"Order\"");
  EXPECT_EQ(pg::QualifiedName::Parse("a.b").ToString(), "a.b");
}

TEST(QuoteTest, LiteralsDoubleQuotesAndBackslashes) {
  EXPECT_EQ(pg::QuoteLiteral("it's"), "'it''s'");
  EXPECT_EQ(pg::QuoteLiteral("a\\b'c"), "E'a\\\\b''c'");
  EXPECT_EQ(pg::QuoteLiteral(""), "''");
  EXPECT_EQ(pg::QuoteNullable(std::nullopt), "NULL");
  EXPECT_EQ(pg::QuoteNullable("x"), "'x'");
}

}  // namespace
