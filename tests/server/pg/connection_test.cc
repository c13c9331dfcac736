#include "pg/connection.h"

#include "pg/error.h"
#include "pg/notice.h"
#include "pg/result.h"
#include "server/pg/session_fixture.h"
#include "support/eventually.h"

namespace {

using namespace std::chrono_literals;

class ConnectionTest : public SessionTest {};

TEST_F(ConnectionTest, HasTheSettingsOfTheSuite) {
  admin().Exec("alter database " + database_ + " set datestyle = 'German, DMY'; alter database " +
               database_ + " set intervalstyle = 'sql_standard'; alter database " + database_ +
               " set extra_float_digits = 0; alter database " + database_ +
               " set bytea_output = 'escape'; alter database " + database_ +
               " set standard_conforming_strings = off; alter database " + database_ +
               " set statement_timeout = '5s'; alter database " + database_ +
               " set lock_timeout = '5s'; alter database " + database_ +
               " set synchronous_commit = off; alter database " + database_ +
               " set client_encoding = 'LATIN1'");
  const auto connection = Connect();
  const auto value = [&](const std::string& setting) {
    return pg::ExecAutocommit(*connection, "show " + setting)[0][0].as<std::string>();
  };
  EXPECT_TRUE(value("datestyle").starts_with("ISO"));
  EXPECT_EQ(value("intervalstyle"), "postgres");
  EXPECT_EQ(value("extra_float_digits"), "1");
  EXPECT_EQ(value("bytea_output"), "hex");
  EXPECT_EQ(value("standard_conforming_strings"), "on");
  EXPECT_EQ(value("statement_timeout"), "0");
  EXPECT_EQ(value("lock_timeout"), "0");
  EXPECT_EQ(value("synchronous_commit"), "on");
  EXPECT_EQ(value("client_encoding"), "UTF8");
  EXPECT_EQ(value("application_name"), "session test");
  EXPECT_EQ(connection->server_major(), PQserverVersion(admin().native()) / 10000);
}

TEST_F(ConnectionTest, ApplicationNameOfTheConnectionStringWins) {
  auto options = Options();
  options.connstr += " application_name=mine";
  pg::Connection connection(options, interrupt_);
  EXPECT_EQ(pg::ExecAutocommit(connection, "show application_name")[0][0].as<std::string>(),
            "mine");
}

TEST_F(ConnectionTest, KeepsASynchronousCommitThatIsStrongEnough) {
  admin().Exec("alter database " + database_ + " set synchronous_commit = 'local'");
  EXPECT_EQ(pg::ExecAutocommit(*Connect(), "show synchronous_commit")[0][0].as<std::string>(),
            "local");
}

TEST_F(ConnectionTest, KilledSessionThrowsOnEachFurtherUseAndNeverComesBack) {
  const auto connection = Connect();
  Kill(*connection);
  for (int use = 0; use < 3; ++use) {
    EXPECT_THROW(pg::ExecAutocommit(*connection, "select 1"), pqxx::broken_connection);
    EXPECT_THROW(pqxx::work(*connection).exec("select 1"), pqxx::broken_connection);
    EXPECT_THROW(pg::ExecNative(*connection, "select 1"), pqxx::broken_connection);
  }
  EXPECT_EQ(admin().Value(
                "select count(*) from pg_stat_activity where application_name = 'session test'"),
            "0");
}

TEST_F(ConnectionTest, KilledInATransactionThrowsAndTheTransactionIsGone) {
  admin().Exec("create table t (id int)");
  const auto connection = Connect();
  {
    pqxx::work transaction(*connection);
    transaction.exec("insert into t values (1)");
    Kill(*connection);
    EXPECT_THROW(transaction.exec("insert into t values (2)"), pqxx::broken_connection);
    EXPECT_ANY_THROW(transaction.commit());
  }
  try {
    pqxx::work again(*connection);
    FAIL() << "a lost session began a transaction";
  } catch (const pqxx::broken_connection&) {
    const auto failure = pg::DescribeCurrentFailure();
    EXPECT_EQ(failure.kind, pg::FailureKind::kConnectionLost);
    EXPECT_TRUE(failure.message.starts_with("lost connection to ")) << failure.message;
  }
  EXPECT_EQ(admin().Value("select count(*) from t"), "0");
}

TEST_F(ConnectionTest, NativeStatementsShareTheTransaction) {
  admin().Exec("create table t (id int)");
  const auto connection = Connect();
  {
    pqxx::work transaction(*connection);
    pg::ExecNative(*connection, "insert into t values (1)");
    EXPECT_EQ(transaction.exec("select count(*) from t")[0][0].as<int>(), 1);
  }
  EXPECT_EQ(admin().Value("select count(*) from t"), "0");
}

TEST_F(ConnectionTest, FailedNativeStatementCarriesTheServersFields) {
  const auto connection = Connect();
  try {
    pg::ExecNative(*connection, "select 1/0");
    FAIL();
  } catch (const pg::SqlError& e) {
    EXPECT_STREQ(e.what(), "division by zero");
    EXPECT_EQ(e.sqlstate(), "22012");
  }
  EXPECT_NO_THROW(pg::ExecNative(*connection, "select 1"));
}

TEST_F(ConnectionTest, DescribesAnErrorOfAStatement) {
  const auto connection = Connect();
  try {
    pg::ExecAutocommit(*connection, "select * from nowhere");
    FAIL();
  } catch (const std::exception&) {
    const auto failure = pg::DescribeCurrentFailure();
    EXPECT_EQ(failure.kind, pg::FailureKind::kSql);
    EXPECT_EQ(failure.message, "relation \"nowhere\" does not exist");
    EXPECT_EQ(failure.sqlstate, "42P01");
    EXPECT_EQ(failure.query, "select * from nowhere");
  }
}

TEST_F(ConnectionTest, SetsTheReplicationRole) {
  const auto connection = Connect();
  connection->SetReplicationRole(pg::ReplicationRole::kReplica);
  EXPECT_EQ(
      pg::ExecAutocommit(*connection, "show session_replication_role")[0][0].as<std::string>(),
      "replica");
}

TEST_F(ConnectionTest, RoleWithoutThePrivilegeAsksTheFunction) {
  admin().Exec(
      "create role plain login; create schema londiste; grant usage on schema londiste to plain;"
      "create function londiste.set_session_replication_role(val text, is_local bool) returns void "
      "language sql security "
      "definer as $$ select set_config('session_replication_role', val, is_local) $$");
  auto options = Options();
  options.connstr += " user=plain";
  {
    pg::Connection connection(options, interrupt_);
    connection.SetReplicationRole(pg::ReplicationRole::kReplica);
    EXPECT_EQ(
        pg::ExecAutocommit(connection, "show session_replication_role")[0][0].as<std::string>(),
        "replica");
  }
  admin().Exec("drop schema londiste cascade; drop role plain");
}

TEST_F(ConnectionTest, NoticesGoToTheSink) {
  std::vector<std::string> notices;
  pg::SetNoticeSink(
      [&](const pg::Notice& notice) { notices.push_back(notice.severity + " " + notice.message); });
  pg::ExecAutocommit(*Connect(), "do $$ begin raise notice 'olá'; raise warning 'uma'; end $$");
  pg::SetNoticeSink({});
  EXPECT_EQ(notices, (std::vector<std::string>{"NOTICE olá", "WARNING uma"}));
}

TEST_F(ConnectionTest, WaitReadableSeesNotificationsAndDeadlines) {
  const auto connection = Connect();
  pg::ExecAutocommit(*connection, "listen x");
  EXPECT_FALSE(connection->WaitReadable(base::Deadline::After(10ms)));
  admin().Exec("notify x");
  EXPECT_TRUE(connection->WaitReadable(base::Deadline::After(10s)));
  PGnotify* notify = PQnotifies(connection->native());
  ASSERT_NE(notify, nullptr);
  EXPECT_STREQ(notify->relname, "x");
  PQfreemem(notify);
}

TEST_F(ConnectionTest, WaitReadableThrowsWhenTheSessionIsLost) {
  const auto connection = Connect();
  Kill(*connection);
  EXPECT_THROW(
      {
        for (int i = 0; i < 10; ++i) connection->WaitReadable(base::Deadline::After(5s));
      },
      pqxx::broken_connection);
}

}  // namespace
