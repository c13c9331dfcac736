// Somebody keeps a queue from being ticked, or holds pgqd's own lock: it concerns nobody else, and
// the log says who it is.
#include <gmock/gmock.h>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdLocks : public Pgqd {
 protected:
  void SetUp() override {
    CreateQueueDatabase("app");
    Sql sql = Connect("app");
    sql.Exec("select pgq.create_queue('other'); create role mallory login");
  }
  // A session of the plain role.
  Sql Mallory() { return Sql(server_.Connstr("app") + " user=mallory"); }
  void ExpectOtherTicked() {
    Sql sql = Connect("app");
    sql.Exec("select pgq.insert_event('other', 'type', 'probe')");
    EXPECT_TRUE(Becomes(sql,
                        "select max(tick_event_seq) = (select last_value from pgq.event_2_id_seq) "
                        "from pgq.tick where tick_queue = 2",
                        "t"));
  }
};

TEST_F(PgqdLocks, AnOpenTickOrDropStopsItsQueueOnlyAndIsNamed) {
  Start("ticker_period = 0.1\n");
  ExpectTicked("app");
  ExpectOtherTicked();
  for (const char* statement :
       {"update pgq.tick set tick_time = tick_time - interval '1 hour'; select pgq.ticker('q')",
        "select pgq.drop_queue('q', true)"}) {
    Sql holder = Connect("app");
    holder.Exec("begin; set application_name = 'careless'");
    holder.Exec(statement);
    if (std::string(statement).find("drop") == std::string::npos)
      Connect("app").Exec("select pgq.insert_event('q', 'type', 'waits')");
    ExpectOtherTicked();
    const std::string pid = holder.Value("select pg_backend_pid()");
    EXPECT_TRUE(
        Logs("[app]: queue \"q\" gets no ticks, since another session has locked it: process " +
             pid + " (user \"postgres\", application \"careless\""));
    ExpectOtherTicked();
    holder.Exec("rollback");
    ExpectTicked("app");
    EXPECT_TRUE(Logs("[app]: queue \"q\" is not locked any more"));
    ASSERT_EQ(Stop(), 0);
    Start("ticker_period = 0.1\n");
    ExpectTicked("app");
  }
  EXPECT_THAT(Log(), Not(HasSubstr("looking for new events")));
}

TEST_F(PgqdLocks, ADroppedQueueOrAMissingSequenceDisturbsNoOther) {
  Start("ticker_period = 0.1\n");
  ExpectTicked("app");
  Connect("app").Exec(
      "alter table pgq.event_1_0 alter ev_id drop default;"
      "alter table pgq.event_1_1 alter ev_id drop default;"
      "alter table pgq.event_1_2 alter ev_id drop default; drop sequence pgq.event_1_id_seq");
  ExpectOtherTicked();
  EXPECT_TRUE(
      Logs("[app]: ticker for queue \"q\": sequence pgq.event_1_id_seq of queue \"q\" does not "
           "exist"));
  ExpectOtherTicked();
  Connect("app").Exec("select pgq.drop_queue('q', true)");
  ExpectOtherTicked();
  const std::string log = Log();
  EXPECT_THAT(log, Not(HasSubstr("looking for new events")));
  EXPECT_THAT(log, Not(HasSubstr("watching the WAL position instead")));
}

TEST_F(PgqdLocks, WhoMayNotTickCanStopNeitherTicksNorPgqd) {
  Sql mallory = Mallory();
  mallory.Exec(
      "select pg_advisory_lock(1885827428, 0);"
      "select pg_advisory_lock(1886876012, queue_id) from pgq.queue");
  EXPECT_THAT(mallory.Error("begin; lock table only pgq.event_1 in share update exclusive mode"),
              HasSubstr("permission denied"));
  mallory.Exec("rollback");
  Start();
  EXPECT_TRUE(Logs("[app]: user \"mallory\" (server process " +
                   mallory.Value("select pg_backend_pid()") +
                   ") holds pgqd's lock and may not tick: ticking without it"));
  ExpectTicked("app");
  ExpectOtherTicked();
}

TEST_F(PgqdLocks, AHolderThatMayTickIsAnotherPgqd) {
  Connect("app").Exec("create role other_pgqd login in role pgq_admin");
  Sql other(server_.Connstr("app") + " user=other_pgqd");
  other.Exec("select pg_advisory_lock(1885827428, 0)");
  Start();
  EXPECT_TRUE(Logs("[app]: another pgqd ticks this database (its server process is " +
                   other.Value("select pg_backend_pid()") + ")"));
  other.Exec("select pg_advisory_unlock_all()");
  ExpectTicked("app");
}

}  // namespace
}  // namespace pgqd_test
