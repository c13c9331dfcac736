#include "londiste/execute/refused_statement.h"

#include <gtest/gtest.h>

namespace londiste::execute {
namespace {

std::string Refusal(std::string_view script) {
  return RefusalReason(pg::SplitStatements(script).at(0));
}

TEST(RefusalReasonTest, WhatWouldBreakTheBatch) {
  for (const char* script : {"begin", "COMMIT", "end work", "abort", "rollback", "rollback work",
                             "start transaction", "prepare transaction 'x'", "copy t from stdin",
                             "copy t (a, b) from STDIN with csv", "copy (select 1) to stdout"}) {
    EXPECT_NE(Refusal(script), "") << script;
  }
  for (const char* script :
       {"select 1", "rollback to savepoint a", "rollback to a", "rollback work to savepoint a",
        "savepoint a", "copy t from '/tmp/stdin'", "prepare x as select 1",
        "create table begin_end (a int)", "(select 1)"}) {
    EXPECT_EQ(Refusal(script), "") << script;
  }
}

}  // namespace
}  // namespace londiste::execute
