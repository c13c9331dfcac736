#include "pgq/conditions.h"

#include <gtest/gtest.h>

#include "support/pgq_schema.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace pgq {
namespace {

using What = ConditionChange::What;

class ConditionsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = new test_support::PostgresServer(); }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }
  void SetUp() override {
    static int count = 0;
    database_ = "conditions_" + std::to_string(++count);
    server_->CreateDatabaseWithSchemas(database_);
    admin_ = std::make_unique<test_support::Sql>(server_->Connstr(database_));
    Connect("");
  }
  void Connect(const std::string& more) {
    pg::ConnectOptions options;
    options.connstr = server_->Connstr(database_) + more;
    connection_ = std::make_unique<pg::Connection>(options, interrupt_);
  }
  static Condition NoKey(const std::string& table, const std::string& message = "has no key") {
    return {"no_key", table, ConditionSeverity::kWarning, message, "Make one."};
  }
  std::string Told() {
    return admin_->Value(
        "select coalesce(string_agg(kind || ' ' || subject || ': ' || message, '; ' order by kind, "
        "subject), '') from pgq.condition");
  }

  static test_support::PostgresServer* server_;
  std::string database_;
  std::unique_ptr<test_support::Sql> admin_;
  base::Interrupt interrupt_;
  std::unique_ptr<pg::Connection> connection_;
};

test_support::PostgresServer* ConditionsTest::server_ = nullptr;

TEST_F(ConditionsTest, StoreWritesWhatChanged) {
  Conditions conditions("q");
  conditions.Set(NoKey("t"));
  conditions.Set(NoKey("u"));
  EXPECT_EQ(conditions.Store(*connection_).size(), 2u);
  EXPECT_EQ(Told(), "no_key t: has no key; no_key u: has no key");

  conditions.Set(NoKey("t"));
  EXPECT_TRUE(conditions.Store(*connection_).empty());

  conditions.Set(NoKey("t", "still has no key"));
  conditions.Clear("no_key", "u");
  const std::vector<ConditionChange> changes = conditions.Store(*connection_);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].what, What::kEnded);
  EXPECT_EQ(changes[0].condition.subject, "u");
  EXPECT_EQ(changes[1].what, What::kChanged);
  EXPECT_EQ(Told(), "no_key t: still has no key");
}

TEST_F(ConditionsTest, ANewReporterTakesOverWhatItFinds) {
  admin_->Exec(
      "select pgq.set_condition('q', 'no_key', 't', 'warning', 'has no key', 'Make one.'), "
      "pgq.set_condition('q', 'no_key', 'gone', 'warning', 'has no key', null), "
      "pgq.set_condition('q', 'unknown_event', 'x', 'error', 'of another reporter', null), "
      "pgq.set_condition('other', 'no_key', 't', 'warning', 'of another queue', null)");
  Conditions conditions("q");
  conditions.Replace("no_key", {NoKey("t")});
  const std::vector<ConditionChange> changes = conditions.Store(*connection_);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].what, What::kEnded);
  EXPECT_EQ(changes[0].condition.subject, "gone");
  EXPECT_EQ(Told(),
            "no_key t: has no key; no_key t: of another queue; unknown_event x: of another "
            "reporter");
}

TEST_F(ConditionsTest, WhatCouldNotBeWrittenIsWrittenLater) {
  Conditions conditions("q");
  conditions.Store(*connection_);
  conditions.Set(NoKey("t"));
  admin_->Exec(
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> "
      "pg_backend_pid() and datname = current_database()");
  EXPECT_ANY_THROW(conditions.Store(*connection_));
  Connect("");
  EXPECT_EQ(conditions.Store(*connection_).size(), 1u);
  EXPECT_EQ(Told(), "no_key t: has no key");
}

TEST_F(ConditionsTest, WhereTheyCannotBeKeptTheLogIsToldAllTheSame) {
  admin_->Exec("drop function pgq.set_condition");
  Conditions conditions("q");
  conditions.Set(NoKey("t"));
  EXPECT_EQ(conditions.Store(*connection_).size(), 1u);
  EXPECT_TRUE(conditions.Store(*connection_).empty());
  EXPECT_EQ(Told(), "");
}

TEST_F(ConditionsTest, AReaderIsToldTheWorstFirst) {
  admin_->Exec(
      "select pgq.set_condition('q', 'a', '', 'notice', 'good to know', null), "
      "pgq.set_condition('q', 'b', '', 'error', 'bad', 'Mend it.')");
  pqxx::nontransaction tx(*connection_);
  const std::vector<StoredCondition> told = ReadConditions(tx, "q");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].condition, (Condition{"b", "", ConditionSeverity::kError, "bad", "Mend it."}));
  EXPECT_EQ(told[1].condition.severity, ConditionSeverity::kNotice);
}

}  // namespace
}  // namespace pgq
