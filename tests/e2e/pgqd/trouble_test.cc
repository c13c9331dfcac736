// Bad luck: hung and restarted servers, killed daemons, a second pgqd, databases that come and go,
// reloads.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using namespace std::chrono_literals;
using test_support::Process;
using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdTrouble : public Pgqd {};

TEST_F(PgqdTrouble, OneHungDatabaseDoesNotDelayAnother) {
  CreateQueueDatabase("hung");
  CreateQueueDatabase("well");
  Sql lock = Connect("hung");
  lock.Exec("begin; lock table pgq.queue in access exclusive mode");
  Start("ticker_period = 0.1\nmaint_period = 0.2\nretry_period = 0.2\n");
  ExpectTicked("well");
  ExpectTicked("well");
  // Stopping does not wait for it either.
  ASSERT_TRUE(test_support::Eventually(kSoon, "the ticker hangs", [&] {
    return lock.Value("select count(*) > 0 from pg_locks where not granted") == "t";
  }));
  pgqd_->Signal(SIGTERM);
  EXPECT_EQ(pgqd_->Wait(20s), 0);
  EXPECT_NE(access(PidPath().c_str(), F_OK), 0);
  EXPECT_TRUE(Becomes(
      lock, "select count(*) from pg_stat_activity where application_name like 'pgqd%'", "0"))
      << "no statement goes on without its client";
}

TEST_F(PgqdTrouble, AServerRestartIsNoticedSoon) {
  CreateQueueDatabase("app");
  Start();
  ExpectTicked("app");
  server_.Restart();
  ExpectTicked("app");
  server_.CrashRestart();
  ExpectTicked("app");
  server_.Stop();
  EXPECT_TRUE(Logs("could not connect"));
  server_.Start();
  ExpectTicked("app");
  EXPECT_TRUE(Logs("ticking again"));
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdTrouble, StartsBeforeTheServer) {
  CreateQueueDatabase("app");
  server_.Stop();
  Start();
  EXPECT_TRUE(Logs("retrying in"));
  server_.Start();
  ExpectTicked("app");
}

TEST_F(PgqdTrouble, AKilledPgqdLeavesNothingBehind) {
  CreateQueueDatabase("app");
  Sql sql = Connect("app");
  sql.Exec("select pgq.register_consumer('q', 'c')");
  int events = 0;
  for (const char* point : {"pgqd_before_tick", "pgqd_after_tick"}) {
    Start("", {{"SKYTOOLS_FAILPOINT", std::string(point) + "=kill@2"}});
    test_support::WaitUntil(kSoon, [&] {
      sql.Exec("select pgq.insert_event('q', 'type', '" + std::to_string(++events) + "')");
      return pgqd_->Wait(50ms).has_value();
    });
    EXPECT_EQ(pgqd_->Wait(1s), 137) << point;
    Start();
    ExpectTicked("app");
    ++events;
    EXPECT_EQ(Stop(), 0);
  }
  // Each event once, in order.
  std::string seen;
  while (true) {
    const std::string batch = sql.Value("select pgq.next_batch('q', 'c')");
    if (batch == "(null)") break;
    for (const auto& row :
         sql.Exec("select ev_id from pgq.get_batch_events(" + batch + ") order by 1"))
      seen += *row[0] + " ";
    sql.Exec("select pgq.finish_batch(" + batch + ")");
  }
  std::string expected;
  for (int i = 1; i <= events; ++i) expected += std::to_string(i) + " ";
  EXPECT_EQ(seen, expected);
}

TEST_F(PgqdTrouble, ASecondPgqdWaitsUntilTheFirstEnds) {
  CreateQueueDatabase("app");
  Start();
  ExpectTicked("app");
  const auto second = StartAnother("second");
  EXPECT_TRUE(Logs("[app]: another pgqd ticks this database", "second"));
  ExpectTicked("app");
  Sql sql = Connect("app");
  EXPECT_EQ(sql.Value("select count(distinct pid) from pg_locks where locktype = 'advisory' and "
                      "granted and classid = 1885827428"),
            "1");
  pgqd_->Kill();
  EXPECT_TRUE(Logs("[app]: the other pgqd has ended", "second"));
  ExpectTicked("app");
  EXPECT_EQ(second->Stop(), 0);
  const std::string log = Log("second");
  const auto first_at = log.find("another pgqd ticks");
  EXPECT_EQ(log.find("another pgqd ticks", first_at + 1), std::string::npos) << "said once";
}

TEST_F(PgqdTrouble, DatabasesComeAndGo) {
  CreateQueueDatabase("app");
  server_.CreateDatabase("plain");
  Start("check_period = 0.2\n");
  ExpectTicked("app");
  // A database without PgQ can be dropped, template1 copied, whenever pgqd is not just looking.
  Sql admin = Connect("postgres");
  EXPECT_TRUE(test_support::Eventually(kSoon, "drop",
                                       [&] { return admin.Error("drop database plain").empty(); }));
  EXPECT_TRUE(Logs("Unregister database: [plain]"));
  EXPECT_TRUE(test_support::Eventually(kSoon, "create", [&] {
    return admin.Error("create database \"it's \\\\ \"\"new\"\"\"").empty();
  }));
  {
    Sql sql = Connect("app");
    EXPECT_EQ(sql.Value("select count(*) from pg_stat_activity where datname = 'template1' and "
                        "application_name = 'pgqd gate'"),
              "0");
  }
  const std::string odd = CreateQueueDatabase("later");
  ExpectTicked(odd);
  // PgQ goes away, the database stays: no connection is kept.
  EXPECT_TRUE(test_support::Eventually(kSoon, "PgQ is dropped, after a deadlock again", [&] {
    return Connect("later").Error("drop schema pgq cascade").empty();
  }));
  EXPECT_TRUE(Becomes(admin,
                      "select count(*) from pg_stat_activity where datname = 'later' and "
                      "application_name = 'pgqd maintenance'",
                      "0"));
  EXPECT_TRUE(test_support::Eventually(kSoon, "drop", [&] {
    return admin.Error("drop database later").empty();
  })) << Log();
  ExpectTicked("app");
}

TEST_F(PgqdTrouble, AnOldPgqIsIgnored) {
  CreateQueueDatabase("app");
  Sql sql = Connect("app");
  sql.Exec(
      "create or replace function pgq.version() returns text language sql as $$ select "
      "'2.1.8'::text $$");
  Start("check_period = 0.2\n");
  EXPECT_TRUE(Logs("[app]: bad pgq version, ignoring: \"2.1.8\""));
  sql.Exec(
      "create or replace function pgq.version() returns text language sql as $$ select '3.5'::text "
      "$$");
  EXPECT_TRUE(Logs("[app]: pgq version ok: 3.5"));
  ExpectTicked("app");
}

TEST_F(PgqdTrouble, AReloadChangesTheListAndKeepsTheOldOneWhenItIsBad) {
  CreateQueueDatabase("one");
  CreateQueueDatabase("two");
  Start("database_list = one\n");
  ExpectTicked("one");
  EXPECT_EQ(Connect("two").Value("select count(*) from pgq.tick"), "1");
  WriteIni("database_list = two\n");
  pgqd_->Signal(SIGHUP);
  EXPECT_TRUE(Logs("Unregister database: [one]"));
  ExpectTicked("two");
  WriteIni("database_list = one\nnonsense = 1\n");
  pgqd_->Signal(SIGHUP);
  EXPECT_TRUE(Logs("keeping the old settings"));
  ExpectTicked("two");
  WriteIni("");
  pgqd_->Signal(SIGHUP);
  ExpectTicked("one");
  ExpectTicked("two");
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdTrouble, WithoutRightsItSaysSoAndGoesOn) {
  CreateQueueDatabase("app");
  Connect("app").Exec("create role stranger login; revoke usage on schema pgq from public");
  const std::string ini = dir_.Write(
      "stranger.ini", "[pgqd]\nsyslog = 0\nlogfile = " + LogPath() +
                          "\nbase_connstr = host=" + server_.socket_dir() + " user=stranger\n");
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", ini});
  EXPECT_TRUE(Logs("permission denied"));
  EXPECT_THAT(Log(), HasSubstr("retrying in"));
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdTrouble, TellsSystemdHowItIs) {
  CreateQueueDatabase("app");
  const std::string path = dir_.path() + "/notify";
  const int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const timeval patience{20, 0};
  setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto next = [&] {
    char text[200] = "";
    const ssize_t got = recv(socket_fd, text, sizeof text - 1, 0);
    return std::string(text, got > 0 ? static_cast<std::size_t>(got) : 0);
  };
  Start("", {{"NOTIFY_SOCKET", path}});
  EXPECT_EQ(next(), "READY=1");
  pgqd_->Signal(SIGHUP);
  EXPECT_THAT(next(), testing::MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
  EXPECT_EQ(next(), "READY=1");
  pgqd_->Signal(SIGTERM);
  EXPECT_EQ(next(), "STOPPING=1");
  EXPECT_EQ(pgqd_->Wait(20s), 0);
  close(socket_fd);
}

TEST_F(PgqdTrouble, TheSampleWorksAfterFillingInNames) {
  CreateQueueDatabase("app");
  std::string sample = test_support::Run({"pgqd", "--ini"}).out;
  const auto fill = [&](const std::string& from, const std::string& to) {
    const auto at = sample.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    sample.replace(at, from.size(), to);
  };
  fill("logfile = /var/log/londiste/pgqd.log", "logfile = " + LogPath());
  fill("pidfile = /run/londiste/pgqd.pid", "pidfile = " + PidPath());
  fill("#base_connstr =",
       "base_connstr = host=" + server_.socket_dir() + " port=5432 user=postgres");
  fill("#syslog = 1", "syslog = 0");
  const std::string ini = dir_.Write("sample.ini", sample);
  pgqd_ = std::make_unique<Process>(std::vector<std::string>{"pgqd", ini});
  ExpectTicked("app");
  EXPECT_EQ(Stop(), 0);
}

}  // namespace
}  // namespace pgqd_test
