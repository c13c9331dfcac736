// A pgqd that is set up for a standby: nothing is ticked there until it is promoted.
#include <gmock/gmock.h>
#include <unistd.h>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdStandby : public Pgqd {
 protected:
  // A copy of the server, following it, in place of the data of `standby_`.
  void MakeStandby() {
    standby_.Stop();
    const std::string data = standby_.data_dir(), conf = data + "/postgresql.conf";
    // Its own configuration, with its own folder for the socket.
    const std::string own = test_support::ReadWholeFile(conf);
    const auto run = [](const std::string& command) {
      const auto result = test_support::Run({"/bin/sh", "-c", command});
      ASSERT_EQ(result.status, 0) << command << result.err;
    };
    run("rm -rf '" + data + "'");
    run("'" + test_support::PostgresBinDir() + "/pg_basebackup' -c fast -X stream -R -d '" +
        server_.Connstr() + "' -D '" + data + "'");
    dir_.Write("standby.conf", own);
    run("cp '" + dir_.path() + "/standby.conf' '" + conf + "'");
    if (getuid() == 0) run("chown -R postgres '" + data + "'");
    standby_.Start();
  }

  test_support::PostgresServer standby_;
};

TEST_F(PgqdStandby, TicksFromItsPromotionOn) {
  CreateQueueDatabase("app");
  MakeStandby();
  std::string ini = test_support::ReadWholeFile(WriteIni());
  const std::string primary = server_.socket_dir(), standby = standby_.socket_dir();
  ini.replace(ini.find(primary), primary.size(), standby);
  pgqd_ = std::make_unique<test_support::Process>(
      std::vector<std::string>{"pgqd", "-v", dir_.Write("standby.ini", ini)});
  EXPECT_TRUE(Logs("[app]: the server is in recovery, waiting for its promotion"));
  Sql sql(standby_.Connstr("app"));
  EXPECT_TRUE(Becomes(
      sql, "select count(*) from pg_stat_activity where application_name like 'pgqd%'", "0"))
      << "no session is kept meanwhile";
  // Databases that come by replication are found there.
  server_.CreateDatabase("later", "app");
  EXPECT_TRUE(Becomes(sql, "select count(*) from pg_database where datname = 'later'", "1"));
  sql.Exec("select pg_promote()");
  EXPECT_TRUE(Becomes(sql, "select pg_is_in_recovery()", "f"));
  sql.Exec("select pgq.insert_event('q', 'type', 'x')");
  EXPECT_TRUE(Becomes(sql, "select max(tick_event_seq) from pgq.tick", "1"));
  EXPECT_EQ(Connect("app").Value("select count(*) from pgq.tick"), "1")
      << "the primary is not ours";
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
  // A crash is a recovery, too.
  standby_.CrashRestart();
  Sql again(standby_.Connstr("app"));
  again.Exec("select pgq.insert_event('q', 'type', 'y')");
  EXPECT_TRUE(Becomes(
      again,
      "select max(tick_event_seq) = (select last_value from pgq.event_1_id_seq) from pgq.tick",
      "t"));
}

}  // namespace
}  // namespace pgqd_test
