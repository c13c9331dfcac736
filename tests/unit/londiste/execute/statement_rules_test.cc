#include "londiste/execute/statement_rules.h"

#include <gtest/gtest.h>

namespace londiste::execute {
namespace {

using Kind = OutsideStatement::Kind;

StatementRules Rules(std::string_view script) {
  return RulesFor(pg::SplitStatements(script).at(0));
}

TEST(StatementRulesTest, WhatWouldBreakTheBatchIsRefused) {
  for (const char* script : {"begin",
                             "COMMIT",
                             "end work",
                             "abort",
                             "rollback",
                             "rollback work",
                             "commit prepared 'x'",
                             "rollback prepared 'x'",
                             "start transaction",
                             "prepare transaction 'x'",
                             "copy t from stdin",
                             "copy t (a, b) from STDIN with csv",
                             "copy (select 1) to stdout",
                             "create database x",
                             "drop /* x */ DATABASE x",
                             "alter system set work_mem = 1",
                             "create tablespace x location 'y'",
                             "alter database x set tablespace y",
                             "discard all",
                             "deallocate all",
                             "create index concurrently on t (a)",
                             "create unique index concurrently ON only t (a)"}) {
    EXPECT_NE(Rules(script).refusal, "") << script;
  }
}

TEST(StatementRulesTest, OrdinaryStatementsRunInTheTransaction) {
  for (const char* script : {"select 1",
                             "rollback to savepoint a",
                             "rollback to a",
                             "rollback work to savepoint a",
                             "savepoint a",
                             "copy t from '/tmp/stdin'",
                             "copy t from stdin;\n1\n\\.",
                             "prepare x as select 1",
                             "deallocate x",
                             "create table begin_end (a int)",
                             "(select 1)",
                             "alter database x set work_mem = 1",
                             "create index i on t (a)",
                             "create index \"concurrently\" on t (a)",
                             "create index i on t (concurrently)",
                             "drop index i",
                             "reindex table t",
                             "reindex (verbose, concurrently off) index i",
                             "refresh materialized view concurrently v",
                             "alter table t detach partition p",
                             "alter table t add value int",
                             "alter type y add attribute value int",
                             "cluster t using i",
                             "analyze t",
                             "create table vacuum (a int)",
                             "do $$ begin perform 'create index concurrently i on t (a)'; end $$",
                             "select 1 -- vacuum\n"}) {
    const StatementRules rules = Rules(script);
    EXPECT_EQ(rules.refusal, "") << script;
    EXPECT_FALSE(rules.outside) << script;
    EXPECT_FALSE(rules.ends_transaction) << script;
  }
}

TEST(StatementRulesTest, SomeRunOutsideTransactionsOnly) {
  const struct {
    const char* script;
    Kind kind;
    const char *object, *table;
  } kCases[] = {
      {"create index concurrently i on t (a)", Kind::kCreateIndex, "i", "t"},
      {"CREATE UNIQUE INDEX -- x\n CONCURRENTLY IF NOT EXISTS \"I i\" on only s.\"T\" (a)",
       Kind::kCreateIndex, "\"I i\"", "s.\"T\""},
      {"drop index concurrently if exists s . i cascade", Kind::kDropIndex, "s.i", ""},
      {"reindex table concurrently s.t", Kind::kReindex, "s.t", ""},
      {"reindex (verbose, concurrently) index i", Kind::kReindex, "i", ""},
      {"reindex schema s", Kind::kRepeatable, "", ""},
      {"alter table if exists only s.t detach partition p1 concurrently", Kind::kDetachPartition,
       "p1", "s.t"},
      {"vacuum (full) t", Kind::kRepeatable, "", ""},
      {"cluster (verbose)", Kind::kRepeatable, "", ""},
  };
  for (const auto& expected : kCases) {
    const StatementRules rules = Rules(expected.script);
    EXPECT_EQ(rules.refusal, "") << expected.script;
    ASSERT_TRUE(rules.outside) << expected.script;
    EXPECT_EQ(rules.outside->kind, expected.kind) << expected.script;
    EXPECT_EQ(rules.outside->object, expected.object) << expected.script;
    EXPECT_EQ(rules.outside->table, expected.table) << expected.script;
  }
}

TEST(StatementRulesTest, AnEnumValueIsForLaterTransactions) {
  for (const char* script : {"alter type color add value 'pink'",
                             "alter type s.\"C\" add value if not exists 'pink' before 'red'"})
    EXPECT_TRUE(Rules(script).ends_transaction) << script;
}

}  // namespace
}  // namespace londiste::execute
