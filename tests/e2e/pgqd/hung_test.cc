// Databases that hang or refuse must not keep the others from their ticks.
#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>

#include "e2e/pgqd/pgqd_fixture.h"
#include "support/relay.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFast =
    "check_period = 0.2\nticker_period = 0.1\nmaint_period = 0.2\nretry_period = 0.2\n";

class PgqdHung : public Pgqd {
 protected:
  using Pgqd::Pgqd;

  // The server processes of pgqd's sessions in `database`, stopped until Resume() or the end.
  void Freeze(const std::string& database, const std::string& purpose) {
    const std::string query = "select pid from pg_stat_activity where application_name = 'pgqd " +
                              purpose + "' and datname = '" + database + "'";
    ASSERT_TRUE(
        test_support::Eventually(kSoon, query, [&] { return admin_.Value(query) != "(none)"; }));
    frozen_.push_back(std::stoi(admin_.Value(query)));
    ASSERT_EQ(kill(frozen_.back(), SIGSTOP), 0);
  }
  void Thaw() {
    for (const pid_t pid : frozen_) kill(pid, SIGCONT);
    frozen_.clear();
  }
  void TearDown() override { Thaw(); }

  // New sessions in `database` are refused by pg_hba.conf, or allowed again.
  void SetRefused(const std::string& database, bool refused) {
    std::ofstream hba(server_.data_dir() + "/pg_hba.conf");
    if (refused) hba << "local \"" << database << "\" pgqd_role reject\n";
    hba << "local all all trust\n";
    hba.close();
    admin_.Exec("select pg_reload_conf()");
  }

  // pgqd as a role without the superuser's privileges, for limits do not hold for those.
  void StartAsRole(const std::string& extra) {
    const std::string connstr = "host=" + server_.socket_dir() + " port=5432 user=pgqd_role";
    std::string text = test_support::ReadWholeFile(WriteIni(extra));
    const auto at = text.find("base_connstr = ");
    text.replace(at, text.find('\n', at) - at, "base_connstr = " + connstr);
    pgqd_ = std::make_unique<test_support::Process>(
        std::vector<std::string>{"pgqd", "-v", dir_.Write("role.ini", text)});
  }
  void CreateRole() {
    admin_.Exec("create role pgqd_role login");
    for (const char* database : {"one", "two"}) {
      CreateQueueDatabase(database);
      Connect(database).Exec("grant pgq_admin to pgqd_role");
    }
  }

  Sql admin_{server_.Connstr("postgres")};
  std::vector<pid_t> frozen_;
};

TEST_F(PgqdHung, AServerProcessThatStandsStillStopsItsOwnDatabaseOnly) {
  for (const char* database : {"frozen", "well"}) CreateQueueDatabase(database);
  Start(kFast);
  ExpectTicked("frozen");
  ExpectTicked("well");
  Freeze("frozen", "ticker");
  ExpectTicked("well");
  // New ones are found, too.
  CreateQueueDatabase("later");
  ExpectTicked("later");
  ExpectTicked("well");
  Thaw();
  ExpectTicked("frozen");
  // Stopping does not wait for a process that will never answer.
  Freeze("frozen", "ticker");
  pgqd_->Signal(SIGINT);
  EXPECT_EQ(pgqd_->Wait(kSoon), 0);
}

TEST_F(PgqdHung, WhatLiesBetweenHangs) {
  CreateQueueDatabase("db");
  // A ticker that waits at the server says for how long: until the next idle tick, at most.
  Connect("db").Exec(
      "update pgq.queue set queue_ticker_idle_period = '1 s', queue_ticker_max_lag = '1 s'");
  test_support::Relay relay(server_);
  std::string text = test_support::ReadWholeFile(WriteIni("server_alive_timeout = 0.5\n"));
  const auto at = text.find("base_connstr = ");
  text.replace(at, text.find('\n', at) - at,
               "base_connstr = host=" + relay.socket_dir() + " port=" + relay.kPort +
                   " user=postgres connect_timeout=1");
  pgqd_ = std::make_unique<test_support::Process>(
      std::vector<std::string>{"pgqd", "-v", dir_.Write("relay.ini", text)});
  ExpectTicked("db");
  relay.Freeze();
  EXPECT_TRUE(Logs("WARNING no answer from \""));
  EXPECT_TRUE(Logs("the connection is given up"));
  EXPECT_TRUE(Logs("could not connect"));
  relay.Thaw();
  ExpectTicked("db");
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdHung, WithoutTheGateEachLooksForItself) {
  if (waits_at_server()) GTEST_SKIP() << "no gate";
  for (const char* database : {"one", "two"}) CreateQueueDatabase(database);
  Start(kFast);
  ExpectTicked("one");
  ExpectTicked("two");
  const std::string gate =
      "select datname from pg_stat_activity where application_name = 'pgqd gate'";
  ASSERT_TRUE(
      test_support::Eventually(kSoon, gate, [&] { return admin_.Value(gate) != "(none)"; }));
  const std::string where = admin_.Value(gate);
  Freeze(where, "gate");
  for (int i = 0; i < 3; ++i) {
    ExpectTicked("one");
    ExpectTicked("two");
  }
  Thaw();
  ExpectTicked("one");
  EXPECT_EQ(Stop(), 0);
}

// More than may open a session at once.
TEST_F(PgqdHung, ManyHungDatabasesDoNotKeepANewOneOut) {
  CreateQueueDatabase("hung0");
  for (int i = 1; i < 8; ++i) server_.CreateDatabase("hung" + std::to_string(i), "hung0");
  std::vector<std::unique_ptr<Sql>> locks;
  for (int i = 0; i < 8; ++i) {
    locks.push_back(std::make_unique<Sql>(server_.Connstr("hung" + std::to_string(i))));
    locks.back()->Exec("begin; lock table pg_catalog.pg_namespace in access exclusive mode");
  }
  Start(kFast);
  EXPECT_TRUE(Becomes(admin_,
                      "select count(distinct datname) from pg_stat_activity where "
                      "application_name = 'pgqd ticker' and wait_event_type = 'Lock'",
                      "8"));
  CreateQueueDatabase("well");
  ExpectTicked("well");
  for (auto& lock : locks) lock->Exec("rollback");
  for (int i = 0; i < 8; ++i) ExpectTicked("hung" + std::to_string(i));
}

TEST_F(PgqdHung, ADatabaseThatRefusesConnectionsIsTriedAgain) {
  CreateRole();
  SetRefused("one", true);
  StartAsRole(kFast);
  ExpectTicked("two");
  EXPECT_TRUE(Logs("ERROR [one]: could not connect"));
  EXPECT_THAT(Log(), HasSubstr("pg_hba.conf rejects connection"));
  ExpectTicked("two");
  SetRefused("one", false);
  ExpectTicked("one");
  EXPECT_TRUE(Logs("[one]: ticking again"));
}

TEST_F(PgqdHung, OneConnectionIsEnoughForTicks) {
  CreateRole();
  admin_.Exec("alter database one connection limit 1");
  StartAsRole(kFast);
  EXPECT_TRUE(Logs("too many connections for database \"one\"")) << "there is no maintenance";
  ExpectTicked("two");
  EXPECT_TRUE(waits_at_server() ||
              test_support::Eventually(kSoon, "gate",
                                       [&] {
                                         return admin_.Value(
                                                    "select datname from pg_stat_activity where "
                                                    "application_name = 'pgqd gate'") == "two";
                                       }))
      << "a database that has no room for it does not keep the gate from watching";
  Connect("one").Exec("select pgq.insert_event('q', 'type', 'x')");
  Sql sql = Connect("one");
  EXPECT_TRUE(Becomes(sql, "select max(tick_event_seq) from pgq.tick", "1"));
  admin_.Exec("alter database one connection limit -1");
  EXPECT_TRUE(Logs("[one]: vacuum"));
}

class PgqdFullServer : public PgqdHung {
 protected:
  PgqdFullServer() : PgqdHung({"max_connections = 12", "superuser_reserved_connections = 4"}) {}
};

TEST_F(PgqdFullServer, GoesOnWhenThereIsRoomAgain) {
  CreateRole();
  Connect("one").Exec("create role crowd login");
  std::vector<std::unique_ptr<Sql>> sessions;
  const auto fill = [&] {
    while (sessions.size() < 12) {
      try {
        sessions.push_back(std::make_unique<Sql>("host=" + server_.socket_dir() +
                                                 " port=5432 dbname=postgres user=crowd"));
      } catch (const std::runtime_error&) {
        return;
      }
    }
  };
  fill();
  StartAsRole(kFast);
  EXPECT_TRUE(Logs("ERROR detecting databases: could not connect"));
  EXPECT_TRUE(Logs("remaining connection slots are reserved"));
  EXPECT_TRUE(Logs("HINT:  All connection slots are taken"));
  sessions.clear();
  ExpectTicked("one");
  ExpectTicked("two");
  // Full while it runs: it keeps what it has, and chores wait.
  fill();
  ExpectTicked("one");
  ExpectTicked("two");
  EXPECT_EQ(Stop(), 0);
}

}  // namespace
}  // namespace pgqd_test
