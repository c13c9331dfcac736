// A pgqd that is set up for a standby: nothing is ticked there until it is promoted.
#include <gmock/gmock.h>

#include "e2e/pgqd/pgqd_fixture.h"
#include "support/standby.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdStandby : public Pgqd {
 protected:
  test_support::PostgresServer standby_;
};

TEST_F(PgqdStandby, TicksFromItsPromotionOn) {
  CreateQueueDatabase("app");
  test_support::MakeStandby(standby_, server_);
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
  test_support::Promote(standby_);
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
