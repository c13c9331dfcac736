#include "pgq_tool/consumers/statement_template.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace pgq_tool::consumers {
namespace {

// The statement with the value of every place; "NULL" gives none.
std::string Expanded(const std::string& text, const std::string& value) {
  return StatementTemplate::Parse(text).Expand(
      [&](const std::string&) { return value == "NULL" ? std::nullopt : std::optional(value); });
}

std::string Refusal(const std::string& text) {
  try {
    StatementTemplate::Parse(text);
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(StatementTemplateTest, PutsLiteralsIn) {
  EXPECT_EQ(Expanded("select f(%(a)s)", "x"), "select f( 'x' )");
}

TEST(StatementTemplateTest, NamesItsPlaces) {
  const auto query = StatementTemplate::Parse("select %(a)s, %(pgq.ev_id)s, %(a)s");
  EXPECT_EQ(query.Names(), (std::vector<std::string>{"a", "pgq.ev_id", "a"}));
}

TEST(StatementTemplateTest, ValuesStayValues) {
  EXPECT_EQ(Expanded("select %(a)s", "it's"), "select  'it''s' ");
  EXPECT_EQ(Expanded("select %(a)s", "NULL"), "select  NULL ");
  EXPECT_EQ(Expanded("select %(a)s", "\\'"), "select  E'\\\\''' ");
  // Nothing grows together with what stands beside it.
  EXPECT_EQ(Expanded("select E%(a)s'b'", "x"), "select E 'x' 'b'");
  EXPECT_EQ(Expanded("select 10 %% %(a)s", "3"), "select 10 %  '3' ");
  EXPECT_THROW(Expanded("select %(a)s", std::string("a\0b", 3)), base::Error);
}

TEST(StatementTemplateTest, RefusesPlacesInsideQuotesAndComments) {
  const std::string inside = "%(a)s stands inside quotes or a comment";
  for (const std::string text :
       {"select '%(a)s'", "select 'it''s %(a)s'", "select \"%(a)s\"", "select $$%(a)s$$",
        "select $x$ $$ %(a)s $x$", "select E'\\'%(a)s'", "select 1 -- %(a)s\n",
        "select /* /* */ %(a)s */ 1", "select U&'%(a)s'"})
    EXPECT_EQ(Refusal(text), inside) << text;
  for (const std::string text :
       {"select 'a' || %(a)s", "select 1 -- 'x\n, %(a)s", "/* ' */ select %(a)s", "select $1$%(a)s",
        "select \"a'b\", %(a)s", "select E'\\\\', %(a)s"})
    EXPECT_EQ(Refusal(text), "") << text;
}

TEST(StatementTemplateTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(Refusal("select %s"), "expected %(name)s or %% at \"%s\"");
  EXPECT_EQ(Refusal("select %(a)d"), "expected %(name)s or %% at \"%(a)d\"");
  EXPECT_EQ(Refusal("select %(a"), "expected %(name)s or %% at \"%(a\"");
  EXPECT_EQ(Refusal("select %()s"), "expected %(name)s or %% at \"%()s\"");
  EXPECT_EQ(Refusal("100%"), "expected %(name)s or %% at \"%\"");
  EXPECT_EQ(Refusal("select 'x"), "unterminated quoted string at line 1");
}

TEST(StatementTemplateTest, RefusesTransactions) {
  for (const std::string text : {"commit", "select 1; ROLLBACK", "begin", "start transaction",
                                 "end", "abort", "prepare transaction 'x'"})
    EXPECT_NE(Refusal(text).find("begins or ends a transaction"), std::string::npos) << text;
  EXPECT_EQ(Refusal("prepare p as select 1"), "");
  EXPECT_EQ(Refusal("do $$ begin null; end $$"), "");
}

}  // namespace
}  // namespace pgq_tool::consumers
