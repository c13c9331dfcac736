// The role under which pgqd connects: an ordinary one suffices, and whose functions it runs.
#include <gmock/gmock.h>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdRoles : public Pgqd {
 protected:
  // What the manual says an ordinary role needs.
  void SetUp() override {
    CreateQueueDatabase("app");
    Sql sql = Connect("app");
    sql.Exec(
        "create role ticker login in role pgq_admin; grant pg_read_all_stats to ticker;"
        "create role joe login");
  }
  std::string As(const std::string& role) const {
    const std::string connstr = server_.Connstr("x");
    return "base_connstr = " + connstr.substr(0, connstr.find(" dbname=")) + " user=" + role + "\n";
  }
};

TEST_F(PgqdRoles, AnOrdinaryRoleTicksRotatesAndMovesRetryEvents) {
  Sql sql = Connect("app");
  sql.Exec(
      "select pgq.register_consumer('q', 'c'); select pgq.set_queue_config('q', 'rotation_period', "
      "'0.5 seconds')");
  StartWithoutConnstr(As("ticker") + "maint_period = 0.2\nretry_period = 0.2\n");
  ExpectTicked("app");
  std::string batch;
  ASSERT_TRUE(test_support::Eventually(kSoon, "a batch", [&] {
    batch = sql.Value("select pgq.next_batch('q', 'c')");
    return batch != "(null)";
  }));
  sql.Exec("select pgq.event_retry(" + batch + ", ev_id, 0) from pgq.get_batch_events(" + batch +
           ")");
  sql.Exec("select pgq.finish_batch(" + batch + ")");
  EXPECT_TRUE(Becomes(sql, "select count(*) from pgq.retry_queue", "0"));
  EXPECT_TRUE(test_support::Eventually(kSoon, "a rotation", [&] {
    sql.Exec("select pgq.insert_event('q', 't', 'd')");
    const std::string next = sql.Value("select pgq.next_batch('q', 'c')");
    if (next != "(null)") sql.Exec("select pgq.finish_batch(" + next + ")");
    return sql.Value("select queue_cur_table from pgq.queue") == "1";
  })) << Log();
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
  EXPECT_THAT(Log(), Not(HasSubstr("with the rights of"))) << "a superuser owns all";
}

TEST_F(PgqdRoles, SaysOnceWhoseFunctionsASuperuserRuns) {
  Connect("app").Exec("alter function pgq.version() owner to joe");
  Start("connection_lifetime = 1\n");
  EXPECT_TRUE(
      Logs("WARNING [app]: PgQ here belongs to \"joe\", and its functions run with the "
           "rights of superuser \"postgres\""));
  EXPECT_TRUE(Logs("HINT:  Let pgqd connect as an ordinary role"));
  ExpectTicked("app");
  ASSERT_EQ(Stop(), 0);
  const std::string log = Log();
  EXPECT_EQ(log.find("belongs to", log.find("belongs to") + 1), std::string::npos) << log;
}

TEST_F(PgqdRoles, RefusesStrangersFunctionsWhenTold) {
  Sql sql = Connect("app");
  sql.Exec(
      "create table called (what text); grant all on called to public;"
      "alter function pgq.version() owner to joe;"
      "create or replace function pgq.version() returns text language plpgsql as "
      "$$ begin insert into public.called values (current_user); return '4.0'; end $$");
  Start("trusted_owners_only = 1\ncheck_period = 0.2\n");
  EXPECT_TRUE(Logs("; not serving this database (trusted_owners_only)"));
  EXPECT_EQ(sql.Value("select count(*) from called"), "0");
  sql.Exec("alter function pgq.version() owner to postgres");
  ExpectTicked("app");
}

}  // namespace
}  // namespace pgqd_test
