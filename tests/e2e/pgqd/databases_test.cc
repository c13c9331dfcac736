// Databases that are dropped, restored, renamed, closed or made read-only under a running pgqd, and
// PgQ that comes and goes in them.
#include <gmock/gmock.h>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFast = "check_period = 0.2\nretry_period = 0.2\n";
constexpr const char* kSessionsOf =
    "select count(*) from pg_stat_activity where application_name like 'pgqd%' and datname = ";

class PgqdDatabases : public Pgqd {
 protected:
  // pgqd does not serve the database any more, and made no fuss about it.
  void ExpectLeft(const std::string& database) {
    EXPECT_TRUE(Logs("Unregister database: [" + database + "]"));
    EXPECT_TRUE(Becomes(admin_, kSessionsOf + ("'" + database + "'"), "0"));
    EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
  }

  // With pgqd at work there may be a deadlock, which whoever drops PgQ repeats.
  static void DropPgq(Sql& sql, const std::string& begin = "") {
    EXPECT_TRUE(test_support::Eventually(kSoon, "PgQ is dropped", [&] {
      const bool done = sql.Error(begin + "drop schema pgq cascade").empty();
      if (!done && !begin.empty()) sql.Exec("rollback");
      return done;
    }));
  }

  Sql admin_{server_.Connstr("postgres")};
};

TEST_F(PgqdDatabases, ADroppedDatabaseIsLeftQuietlyAndARestoredOneServedAgain) {
  CreateQueueDatabase("app");
  CreateQueueDatabase("other");
  Start(kFast);
  ExpectTicked("app");
  EXPECT_THAT(admin_.Error("drop database app"), HasSubstr("being accessed by other users"));
  admin_.Exec("drop database app with (force)");
  ExpectLeft("app");
  // The same name, another database: first without PgQ, as while it is being restored.
  server_.CreateDatabase("app");
  EXPECT_TRUE(Logs("[app]: no pgq"));
  Sql sql = Connect("app");
  sql.Exec(PgqScript());
  sql.Exec("select pgq.create_queue('q')");
  ExpectTicked("app");
  ExpectTicked("other");
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
}

TEST_F(PgqdDatabases, ADatabaseReplacedByItsCopyIsServedAtOnce) {
  CreateQueueDatabase("app");
  // On a busy machine pgqd may look just between drop and rename; then it is left to the next look
  // for databases, and another attempt has to show what happens otherwise.
  bool seen_gone = true;
  for (int attempt = 0; seen_gone && attempt < 5; ++attempt) {
    server_.CreateDatabase("restored", "app");
    const std::size_t before = attempt == 0 ? 0 : Log().size();
    // Seldom looks for databases: the ticker itself has to find its way into the new one.
    Start("check_period = 3600\n");
    ExpectTicked("app");
    admin_.Exec("alter database restored allow_connections false");
    EXPECT_TRUE(test_support::Eventually(kSoon, "drop and rename", [&] {
      return admin_.Error("drop database app with (force)").empty();
    }));
    admin_.Error(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'restored'");
    admin_.Exec("alter database restored rename to app");
    admin_.Exec("alter database app allow_connections true");
    auto app = Connect("app");
    app.Exec("select pgq.insert_event('q', 'type', 'data')");
    EXPECT_TRUE(test_support::Eventually(kSoon, "gone or served", [&] {
      seen_gone = Log().find("[app]: the database is gone", before) != std::string::npos;
      return seen_gone || app.Value(
                              "select max(tick_event_seq) = (select last_value from "
                              "pgq.event_1_id_seq) from pgq.tick") == "t";
    }));
    if (seen_gone) Stop();
  }
  ASSERT_FALSE(seen_gone) << Log();
  ExpectTicked("app");
}

TEST_F(PgqdDatabases, ADatabaseThatIsClosedAndRenamedIsServedUnderItsNewName) {
  CreateQueueDatabase("app");
  Start(kFast);
  ExpectTicked("app");
  admin_.Exec("alter database app allow_connections false");
  admin_.Exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'app'");
  ExpectLeft("app");
  EXPECT_TRUE(test_support::Eventually(kSoon, "rename", [&] {
    return admin_.Error("alter database app rename to renamed").empty();
  }));
  admin_.Exec("alter database renamed allow_connections true");
  ExpectTicked("renamed");
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
}

// Its owner keeps users from writing; what they have written before still has to get its ticks.
TEST_F(PgqdDatabases, ADatabaseThatIsReadOnlyByDefaultIsTicked) {
  CreateQueueDatabase("app");
  Connect("app").Exec("select pgq.insert_event('q', 'an event', '')");
  admin_.Exec("alter database app set default_transaction_read_only = on");
  Start(kFast);
  Sql sql = Connect("app");
  EXPECT_TRUE(Becomes(sql, "select count(*) > 1 from pgq.tick", "t"));
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
}

TEST_F(PgqdDatabases, PgqThatIsDroppedAndMadeAnewIsLookedAtAnew) {
  CreateQueueDatabase("app");
  Start(kFast);
  ExpectTicked("app");
  Sql sql = Connect("app");
  DropPgq(sql);
  EXPECT_TRUE(Logs("[app]: PgQ is gone"));
  sql.Exec(PgqScript());
  sql.Exec("select pgq.create_queue('q')");
  ExpectTicked("app");
  // At one stroke, so that the running session meets the new one.
  DropPgq(sql, "begin; ");
  sql.Exec(PgqScript());
  sql.Exec("select pgq.create_queue('q'); commit");
  ExpectTicked("app");
  // Who was at work meanwhile may say what it met or waited for, nobody else has trouble.
  std::istringstream lines(Log());
  for (std::string line; std::getline(lines, line);) {
    if (line.find("does not exist") == std::string::npos &&
        line.find("HINT:  ") == std::string::npos &&  // of what it met
        line.find("deadlock detected") == std::string::npos &&
        line.find("lock timeout") == std::string::npos) {
      EXPECT_THAT(line, Not(HasSubstr("ERROR")));
    }
  }
}

TEST_F(PgqdDatabases, AnUpdateOfPgqIsNoticed) {
  CreateQueueDatabase("app");
  Sql sql = Connect("app");
  const std::string on_demand =
      sql.Value("select pg_get_functiondef('pgq.ticker_on_demand(text,bigint)'::regprocedure)");
  const std::string state =
      sql.Value("select pg_get_functiondef('pgq.ticker_demand_state()'::regprocedure)");
  const std::string drop =
      "drop function pgq.ticker_on_demand(text, bigint); drop function pgq.ticker_demand_state()";
  sql.Exec(drop);
  Start(kFast);
  EXPECT_TRUE(Logs("[app]: pgq version ok"));
  ExpectTicked("app");  // it has seen that they are not there
  // From SkyTools' functions to ours.
  sql.Exec(on_demand + ";" + state +
           "; create or replace function pgq.version() returns text language sql as $$ select "
           "'3.9.1'::text $$");  // one transaction: pgqd sees all of it or nothing
  EXPECT_TRUE(Logs("[app]: pgq version ok: 3.9.1"));
  ExpectTicked("app");
  // A function with other columns: the plan that the session had prepared is of no use.
  sql.Exec("begin; drop function pgq.ticker_demand_state(); " + state +
           "; drop function pgq.ticker(); create function pgq.ticker() returns integer language "
           "sql as $$ select count(pgq.ticker(queue_name))::int from pgq.queue $$; commit");
  ExpectTicked("app");
  // And back.
  sql.Exec(drop);
  ExpectTicked("app");
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
}

// One broken queue makes the state of all queues fail.
TEST_F(PgqdDatabases, WithoutTheStateOfQueuesOrdinaryTicksGoOn) {
  CreateQueueDatabase("app");
  Sql sql = Connect("app");
  sql.Exec("select pgq.set_queue_config('q', 'ticker_max_lag', '0.2 seconds')");
  sql.Exec(
      "create or replace function pgq.ticker_demand_state(out queue_name text, out queue_id "
      "integer, out event_seq bigint, out last_tick_id bigint, out tick_event_seq bigint, out "
      "tick_xmin bigint, out tick_xmax bigint) returns setof record language plpgsql as $$ begin "
      "raise exception 'no state today'; end $$");
  Start("ticker_period = 0.1\n");
  EXPECT_TRUE(Logs("no state today"));
  ExpectTicked("app");
  EXPECT_THAT(Log(), Not(HasSubstr("ticking again"))) << "it never stopped";
}

TEST_F(PgqdDatabases, NamesAreBytesAndPrintable) {
  const std::string cluttered = "evil\nname\t%s{}\x1b[1m \"it's\" \\";
  const std::string longest(63, 'x');
  const std::string accented = "cora\xC3\xA7\xC3\xA3o";
  for (const std::string& name : {cluttered, longest, accented}) {
    std::string quoted;
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    server_.CreateDatabase(quoted);
    std::string connstr;
    for (const char c : name)
      connstr += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    Sql sql(server_.Connstr("'" + connstr + "'"));
    sql.Exec(PgqScript());
    sql.Exec(
        "select pgq.create_queue('q'); select pgq.set_queue_config('q', 'ticker_max_lag', '0')");
  }
  // Names are bytes in one encoding or another; the list is read where it is not UTF-8.
  admin_.Exec("create database latin encoding latin1 locale 'C' template template0");
  Start("initial_database = latin\n");
  EXPECT_TRUE(Logs("[evil?name?%s{}?[1m \"it's\" \\]: pgq version ok"));
  EXPECT_TRUE(Logs("[" + longest + "]: pgq version ok"));
  EXPECT_TRUE(Logs("[" + accented + "]: pgq version ok"));
  EXPECT_TRUE(Becomes(admin_,
                      "select count(*) from pg_stat_activity where application_name = 'pgqd "
                      "ticker'",
                      "3"));
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
  EXPECT_THAT(Log(), Not(HasSubstr("\x1b")));
}

TEST_F(PgqdDatabases, DatabasesAreListedWhereTheConfigurationSays) {
  CreateQueueDatabase("app");
  server_.CreateDatabase("hall");
  admin_.Exec("alter database template1 allow_connections false");
  Start("initial_database = hall\n");
  ExpectTicked("app");
  EXPECT_EQ(Stop(), 0);
  Start("initial_database = nowhere\n");
  EXPECT_TRUE(Logs("detecting databases: could not connect"));
  EXPECT_TRUE(Logs("database \"nowhere\" does not exist; retrying in"));
  WriteIni("initial_database = hall\n");
  pgqd_->Signal(SIGHUP);
  EXPECT_TRUE(Logs("[hall]: connected again"));
  ExpectTicked("app");
}

TEST_F(PgqdDatabases, AListIsTakenAtItsWord) {
  CreateQueueDatabase("app");
  CreateQueueDatabase("unlisted");
  admin_.Exec("alter database template1 allow_connections false");  // nothing to do there
  Start("database_list = app, missing\ncheck_period = 0.2\n");
  ExpectTicked("app");
  EXPECT_TRUE(Logs("ERROR [missing]: could not connect"));
  // At once with PgQ: it is not looked at without.
  CreateQueueDatabase("later");
  admin_.Exec("alter database later rename to missing");
  ExpectTicked("missing");
  EXPECT_TRUE(Logs("[missing]: ticking again"));
  EXPECT_EQ(Connect("unlisted").Value("select count(*) from pgq.tick"), "1");
  EXPECT_THAT(Log(), Not(HasSubstr("unlisted")));
}

TEST_F(PgqdDatabases, ConnectionsAreReplacedAfterTheirLifetime) {
  CreateQueueDatabase("app");
  Start("connection_lifetime = 1\n");
  const std::string ticker_pid =
      "select pid from pg_stat_activity where application_name = 'pgqd ticker'";
  const std::string gate_pid =
      "select pid from pg_stat_activity where application_name = 'pgqd gate'";
  ExpectTicked("app");
  std::vector<std::string> sessions = {ticker_pid};
  if (!waits_at_server()) sessions.push_back(gate_pid);
  for (const std::string& session : sessions) {
    const std::string first = admin_.Value(session);
    EXPECT_TRUE(test_support::Eventually(kSoon, "another session", [&] {
      const std::string now = admin_.Value(session);
      return now != "(none)" && now != first;
    })) << session;
  }
  ExpectTicked("app");
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
  EXPECT_THAT(Log(), Not(HasSubstr("another pgqd")));
}

TEST_F(PgqdDatabases, SaysWhenThereIsNothingToDo) {
  server_.CreateDatabase("app");
  Start("check_period = 0.5\nstats_period = 1\n");
  EXPECT_TRUE(
      Logs("{ticks: 0, maint: 0, retry: 0}; no database has PgQ yet, looking again every 0.5 s"));
  Sql sql = Connect("app");
  sql.Exec(PgqScript());
  sql.Exec("select pgq.create_queue('q')");
  ExpectTicked("app");
  const std::size_t before = Log().size();
  EXPECT_TRUE(test_support::Eventually(kSoon, "the next statistics", [&] {
    return Log().find("{ticks: ", before) != std::string::npos;
  }));
  EXPECT_EQ(Log().find("no database has PgQ", before), std::string::npos);
}

}  // namespace
}  // namespace pgqd_test
