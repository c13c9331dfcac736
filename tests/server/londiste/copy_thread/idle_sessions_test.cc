// Sessions that go from one copy to the next.
#include "londiste/copy_thread/idle_sessions.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "support/eventually.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace {

using londiste::copy_thread::CopySession;
using londiste::copy_thread::IdleSessions;
using namespace std::chrono_literals;

class IdleSessionsTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  std::unique_ptr<CopySession> Take(const std::string& name, base::Interrupt& user) {
    return idle_.Take(
        "target", name,
        [&](base::Interrupt& interrupt) {
          return std::make_unique<pg::Connection>(
              pg::ConnectOptions::Fixed(Server().Connstr("postgres"), name), interrupt);
        },
        user);
  }
  static std::string Ask(CopySession& session, const std::string& sql) {
    pqxx::nontransaction tx(session.connection());
    return tx.exec1(sql)[0].as<std::string>();
  }
  std::string SessionsNamed(const std::string& name) {
    return sql_.Value("select count(*) from pg_stat_activity where application_name = '" + name +
                      "'");
  }

  test_support::Sql sql_{Server().Connstr("postgres")};
  base::Interrupt first_, second_;
  IdleSessions idle_;
};

TEST_F(IdleSessionsTest, TheNextCopyGetsItUnderItsOwnName) {
  auto session = Take("copy a", first_);
  const int pid = session->connection().backend_pid();
  idle_.Keep("target", std::move(session));
  session = Take("copy b", second_);
  EXPECT_EQ(session->connection().backend_pid(), pid);
  EXPECT_EQ(SessionsNamed("copy b"), "1");
  EXPECT_EQ(SessionsNamed("copy a"), "0");
  first_.Cancel();  // has nothing to do with it any more
  EXPECT_EQ(Ask(*session, "select 1"), "1");
}

TEST_F(IdleSessionsTest, IsCancelledWithTheThreadThatUsesIt) {
  idle_.Keep("target", Take("copy a", first_));
  auto session = Take("copy b", second_);
  const int pid = session->connection().backend_pid();
  std::thread canceller([&] {
    EXPECT_TRUE(test_support::WaitUntil(60s, [&] {
      return sql_.Value(
                 "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and "
                 "pid = " +
                 std::to_string(pid)) == "1";
    }));
    second_.Cancel();
  });
  EXPECT_ANY_THROW(Ask(*session, "select 1 from pg_sleep(600)"));
  canceller.join();
  // The next one gets another, which no late request can disturb.
  idle_.Keep("target", std::move(session));
  EXPECT_NE(Take("copy c", first_)->connection().backend_pid(), pid);
}

TEST_F(IdleSessionsTest, OneThatWasLostMeanwhileIsReplaced) {
  auto session = Take("copy a", first_);
  const int pid = session->connection().backend_pid();
  idle_.Keep("target", std::move(session));
  sql_.Exec("select pg_terminate_backend(" + std::to_string(pid) + ")");
  EXPECT_TRUE(test_support::WaitUntil(60s, [&] { return SessionsNamed("copy a") == "0"; }));
  session = Take("copy b", second_);
  EXPECT_NE(session->connection().backend_pid(), pid);
  EXPECT_EQ(Ask(*session, "select 1"), "1");
}

TEST_F(IdleSessionsTest, AreClosedWhenNoCopyNeedsThem) {
  idle_.Keep("target", Take("copy a", first_));
  EXPECT_EQ(SessionsNamed("copy a"), "1");
  idle_.Close();
  EXPECT_TRUE(test_support::WaitUntil(60s, [&] { return SessionsNamed("copy a") == "0"; }));
}

}  // namespace
