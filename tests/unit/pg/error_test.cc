#include "pg/error.h"

#include <gtest/gtest.h>

#include <pqxx/pqxx>

namespace {

template <class Exception>
pg::Failure Described(const Exception& exception, const base::Interrupt* interrupt = nullptr) {
  try {
    throw exception;
  } catch (...) {
    return pg::DescribeCurrentFailure(interrupt);
  }
}

TEST(FailureTest, SqlErrorIsOneLineWithoutRows) {
  const auto failure =
      Described(pqxx::unique_violation("ERROR:  duplicate key value violates unique constraint "
                                       "\"t_pkey\"\nDETAIL:  Key (id)=(geheim) already exists.\n",
                                       "insert into t values (1)", "23505"));
  EXPECT_EQ(failure.kind, pg::FailureKind::kSql);
  EXPECT_EQ(failure.message, "duplicate key value violates unique constraint \"t_pkey\"");
  EXPECT_EQ(failure.sqlstate, "23505");
  EXPECT_EQ(failure.query, "insert into t values (1)");
}

TEST(FailureTest, HintIsKeptApart) {
  const auto failure =
      Described(pqxx::undefined_function("ERROR:  function f() does not exist\nLINE 1: select "
                                         "f()\n               ^\nHINT:  No function matches.\n",
                                         "select f()", "42883"));
  EXPECT_EQ(failure.message, "function f() does not exist");
  EXPECT_EQ(failure.hint, "No function matches.");
}

TEST(FailureTest, ConflictsHaveTheirCodesAlthoughTheyAreNotSqlErrors) {
  EXPECT_EQ(Described(pqxx::serialization_failure("ERROR:  could not serialize access\n")).sqlstate,
            "40001");
  EXPECT_EQ(Described(pqxx::deadlock_detected("ERROR:  deadlock detected\n")).sqlstate, "40P01");
  EXPECT_EQ(Described(pqxx::deadlock_detected("ERROR:  deadlock detected\n")).kind,
            pg::FailureKind::kSql);
}

TEST(FailureTest, AMissingPrivilegeIsNoLostSession) {
  const auto failure =
      Described(pqxx::insufficient_privilege("ERROR:  permission denied for table t\n", "select"));
  EXPECT_EQ(failure.kind, pg::FailureKind::kSql);
  EXPECT_EQ(failure.sqlstate, "42501");
}

TEST(FailureTest, LostSessions) {
  EXPECT_EQ(Described(pqxx::broken_connection()).kind, pg::FailureKind::kConnectionLost);
  EXPECT_EQ(Described(pqxx::in_doubt_error("x")).kind, pg::FailureKind::kConnectionLost);
  EXPECT_EQ(Described(pqxx::sql_error("FATAL:  terminating connection due to administrator command",
                                      "", "57P01"))
                .kind,
            pg::FailureKind::kConnectionLost);
  EXPECT_EQ(Described(pg::SqlError("gone", "", "08006", "", "")).kind,
            pg::FailureKind::kConnectionLost);
  // As libpqxx reports a COMMIT during which the server died.
  EXPECT_EQ(
      Described(pqxx::sql_error("server closed the connection unexpectedly\n", "COMMIT")).kind,
      pg::FailureKind::kConnectionLost);
}

TEST(FailureTest, OwnErrorsKeepTheirFields) {
  const auto refused = Described(pg::ConnectFailed("could not connect", "try later", "57P03"));
  EXPECT_EQ(refused.kind, pg::FailureKind::kConnectFailed);
  EXPECT_EQ(refused.hint, "try later");
  EXPECT_EQ(refused.sqlstate, "57P03");
  EXPECT_EQ(Described(base::ConfigError("a.ini:3: no")).kind, pg::FailureKind::kConfig);
  EXPECT_EQ(Described(base::Interrupted()).kind, pg::FailureKind::kInterrupted);
  EXPECT_EQ(Described(std::runtime_error("x")).kind, pg::FailureKind::kOther);
}

TEST(FailureTest, WhatACancelledSessionSaysIsAnInterruption) {
  base::Interrupt interrupt;
  const pqxx::sql_error cancelled("ERROR:  canceling statement due to user request", "", "57014");
  EXPECT_EQ(Described(cancelled, &interrupt).kind, pg::FailureKind::kSql);
  interrupt.Cancel();
  EXPECT_EQ(Described(cancelled, &interrupt).kind, pg::FailureKind::kInterrupted);
  EXPECT_EQ(Described(pqxx::broken_connection(), &interrupt).kind, pg::FailureKind::kInterrupted);
  EXPECT_EQ(Described(base::ConfigError("x"), &interrupt).kind, pg::FailureKind::kConfig);
}

}  // namespace
