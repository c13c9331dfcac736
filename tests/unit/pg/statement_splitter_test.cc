#include "pg/statement_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace pg {
namespace {

using testing::ElementsAre;

std::vector<std::string> Split(std::string_view script) {
  std::vector<std::string> texts;
  for (const ScriptStatement& statement : SplitStatements(script))
    texts.emplace_back(statement.text);
  return texts;
}

TEST(SplitStatementsTest, CutsAtSemicolonsAndDropsEmptyOnes) {
  EXPECT_THAT(Split("select 1;; select 2 ;\n -- end\n ; select 3"),
              ElementsAre("select 1", "select 2", "select 3"));
  EXPECT_THAT(Split(""), ElementsAre());
  EXPECT_THAT(Split(" -- only\n /* comments ; */ ;"), ElementsAre());
}

TEST(SplitStatementsTest, StandardStringMayEndInABackslash) {
  EXPECT_THAT(Split(R"(insert into t values ('c:\'); select 2)"),
              ElementsAre(R"(insert into t values ('c:\'))", "select 2"));
  EXPECT_THAT(Split(R"(select 'it''s; \'; select 2)"),
              ElementsAre(R"(select 'it''s; \')", "select 2"));
}

TEST(SplitStatementsTest, EscapeStringsHaveEscapedQuotes) {
  EXPECT_THAT(Split(R"(select E'a\'; b'; select e'\\'; select 3)"),
              ElementsAre(R"(select E'a\'; b')", R"(select e'\\')", "select 3"));
  EXPECT_THAT(Split("select E'a'\n  'b\\'; c'; select 2"),
              ElementsAre("select E'a'\n  'b\\'; c'", "select 2"));
  EXPECT_THAT(Split(R"(select type'a\'; select 2)"), ElementsAre(R"(select type'a\')", "select 2"));
}

TEST(SplitStatementsTest, QuotedNames) {
  EXPECT_THAT(Split("select \"a;\"\"b\"; select 2"), ElementsAre("select \"a;\"\"b\"", "select 2"));
}

TEST(SplitStatementsTest, DollarQuotes) {
  EXPECT_THAT(
      Split("do $$ begin; end; $$; select $a$ $$ ; $b$ $a$; select $1; select x$y$z; select 1"),
      ElementsAre("do $$ begin; end; $$", "select $a$ $$ ; $b$ $a$", "select $1", "select x$y$z",
                  "select 1"));
}

TEST(SplitStatementsTest, CommentsNest) {
  EXPECT_THAT(Split("select /* ; /* ' */ ; */ 1; select 2 -- it's;\n + 1"),
              ElementsAre("select /* ; /* ' */ ; */ 1", "select 2 -- it's;\n + 1"));
}

TEST(SplitStatementsTest, ParenthesesHoldRulesTogether) {
  EXPECT_THAT(Split("create rule r as on insert to t do (select 1; select 2); select 3"),
              ElementsAre("create rule r as on insert to t do (select 1; select 2)", "select 3"));
}

TEST(SplitStatementsTest, SqlFunctionBodies) {
  const std::string body =
      "create or replace function f() returns int begin atomic select 1; select case when true "
      "then 2 end; end";
  EXPECT_THAT(Split(body + "; select 3"), ElementsAre(body, "select 3"));
  EXPECT_THAT(Split("begin; select 1; end;"), ElementsAre("begin", "select 1", "end"));
}

TEST(SplitStatementsTest, CountsLines) {
  const auto statements =
      SplitStatements("-- head\n\nselect 1;\nselect\n 2; select 'a\nb'; select 4");
  ASSERT_EQ(statements.size(), 4U);
  EXPECT_EQ(statements[0].line, 3);
  EXPECT_EQ(statements[1].line, 4);
  EXPECT_EQ(statements[2].line, 5);
  EXPECT_EQ(statements[3].line, 6);
}

TEST(SplitStatementsTest, CopyHasItsData) {
  const auto statements = SplitStatements(
      "copy t (a, b) from stdin; -- rows\r\n1\ta;'b\n\\N\t\\\\.\r\n\\.\r\nselect 2;\n"
      "COPY t FROM STDIN WITH (format csv);\n\\.\nselect 3; copy t to stdout; copy t from stdin");
  ASSERT_EQ(statements.size(), 6U);
  EXPECT_EQ(statements[0].text, "copy t (a, b) from stdin");
  EXPECT_EQ(statements[0].copy_data, "1\ta;'b\n\\N\t\\\\.\r\n");
  EXPECT_EQ(statements[1].text, "select 2");
  EXPECT_EQ(statements[1].line, 5);
  EXPECT_FALSE(statements[1].copy_data);
  EXPECT_EQ(statements[2].copy_data, "");
  EXPECT_EQ(statements[3].line, 8);
  EXPECT_FALSE(statements[4].copy_data);
  EXPECT_TRUE(statements[5].reads_stdin());
  EXPECT_FALSE(statements[5].copy_data);  // nothing ends it
}

TEST(SplitStatementsTest, CopyWithoutAnEndIsAnError) {
  for (const char* script :
       {"copy t from stdin;\n1\n", "copy t from stdin;", "copy t from stdin; select 1;\n1\n\\.\n"})
    EXPECT_THROW(SplitStatements(script), base::Error) << script;
}

TEST(SplitStatementsTest, CommandsOfPsqlAreNoSql) {
  EXPECT_THAT(Split("select '\\i', \"\\i\", $$\\i$$ -- \\i\n"),
              ElementsAre("select '\\i', \"\\i\", $$\\i$$ -- \\i"));
  try {
    SplitStatements("select 1;\n\\i other.sql\nselect 2;");
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_STREQ(e.what(), "\"\\i\" at line 2 is a command of psql, not SQL");
  }
}

TEST(SplitStatementsTest, WhatDoesNotEndIsAnError) {
  for (const char* script : {"select 'a", "select E'a\\'", "select \"a", "do $x$ $$",
                             "select /* /* */", "select E'a'\n'"}) {
    EXPECT_THROW(SplitStatements(script), base::Error) << script;
  }
  try {
    SplitStatements("select 1;\nselect 'a;\n");
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_STREQ(e.what(), "unterminated quoted string at line 2");
  }
}

}  // namespace
}  // namespace pg
