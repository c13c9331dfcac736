#include "pg/quote.h"

#include <gtest/gtest.h>

namespace {

// No list of key words has to be kept: they differ between servers.
TEST(QuoteTest, QuotesEveryIdentifier) {
  for (const char* name : {"pessoa", "_a1", "name", "order", "user", "json_table", "Pessoa", "1a",
                           "a b", "a.b", "a\\b", "a'b", "a\nb", "ação", "", "a_word_of_next_year"})
    EXPECT_EQ(pg::QuoteIdent(name), "\"" + std::string(name) + "\"");
  EXPECT_EQ(pg::QuoteIdent("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(pg::QuoteIdent("\""), "\"\"\"\"");
}

TEST(QuoteTest, SplitsNamesAtTheFirstDot) {
  EXPECT_EQ(pg::QualifiedName::Parse("pessoa"), (pg::QualifiedName{"public", "pessoa"}));
  EXPECT_EQ(pg::QualifiedName::Parse("a.b.c"), (pg::QualifiedName{"a", "b.c"}));
  EXPECT_EQ(pg::QuoteFqIdent("pessoa"), "\"public\".\"pessoa\"");
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
