// Where PgQ's functions are in C, pgqd waits at the server for commits with events.
#ifdef SKYTOOLS_HAS_MODULE  // else there is nothing to wait in
#include <gtest/gtest.h>
#include <signal.h>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::PgqForm;
using test_support::Sql;

// Nothing but a commit ends a wait soon.
constexpr const char* kSeldom =
    "ticker_period = 3600\nretry_period = 3600\nmaint_period = 3600\ncheck_period = 3600\n";

class PgqdWait : public Pgqd {
 protected:
  PgqdWait() : Pgqd({"max_prepared_transactions = 5"}) {
    server_.CreateDatabase("app");
    sql_ = std::make_unique<Sql>(server_.Connstr("app"));
    sql_->Exec(test_support::PgqSchema(PgqForm::kC, server_));
    sql_->Exec("select pgq.create_queue('q')");
  }
  testing::AssertionResult Waits() {
    return Becomes(*sql_,
                   "select count(*) from pg_stat_activity where application_name = 'pgqd ticker' "
                   "and state = 'active' and query like 'call pgq.ticker_wait%' "
                   "and wait_event = 'Extension'",
                   "1");
  }
  void ExpectNextTick(const std::string& wakes) {
    ASSERT_TRUE(Waits());
    const std::string before = sql_->Value("select count(*) from pgq.tick");
    sql_->Exec(wakes);
    EXPECT_TRUE(Becomes(*sql_, "select count(*) > " + before + " from pgq.tick", "t")) << wakes;
  }

  std::unique_ptr<Sql> sql_;
};

TEST_F(PgqdWait, CommitsWakeIt) {
  Start(kSeldom);
  ExpectNextTick("select pgq.insert_event('q', 'type', 'an event')");
  ExpectNextTick("begin; select pgq.insert_event('q', 'type', 'two'); savepoint s; commit");
  ExpectNextTick(
      "do $$ begin execute format('insert into %s (ev_time, ev_data) values (now(), %L)', "
      "pgq.current_event_table('q'), 'direct'); end $$");
  ExpectNextTick("select pgq.force_tick('q')");
  ExpectNextTick(
      "begin; select pgq.insert_event('q', 'type', 'prepared'); prepare transaction 'p'");
  sql_->Exec("commit prepared 'p'");
  ExpectNextTick("select pgq.insert_event('q', 'type', 'after')");
  // One that wakes nobody is found all the same.
  ExpectNextTick("insert into pgq.event_1_0 (ev_time, ev_data) values (now(), 'by name')");
  EXPECT_EQ(sql_->Value("select count(*) from pg_stat_activity where application_name = 'pgqd "
                        "gate'"),
            "0");
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdWait, ANewQueueIsNoticed) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  sql_->Exec("select pgq.create_queue('later')");
  ExpectNextTick("select pgq.insert_event('later', 'type', 'an event')");
  EXPECT_TRUE(Becomes(*sql_,
                      "select max(tick_event_seq) from pgq.tick t join pgq.queue on queue_id = "
                      "tick_queue where queue_name = 'later'",
                      "1"));
  // Nor does waiting keep one from being dropped.
  ASSERT_TRUE(Waits());
  sql_->Exec("select pgq.drop_queue('later')");
  ExpectNextTick("select pgq.insert_event('q', 'type', 'an event')");
}

TEST_F(PgqdWait, RetryEventsAreMovedWhenTheyAreDue) {
  Start("ticker_period = 3600\nretry_period = 1\nmaint_period = 3600\ncheck_period = 3600\n");
  sql_->Exec("select pgq.register_consumer('q', 'c')");
  // Meanwhile it finds the retry queue empty, and looks seldom from then on.
  sql_->Exec("select pg_sleep(3)");
  for (const char* due : {"now()", "now() + interval '4 seconds'"}) {
    ASSERT_TRUE(Waits());
    sql_->Exec(std::string("select pgq.event_retry_raw('q', 'c', ") + due +
               ", null, now(), 0, 'again', 'data', null, null, null, null)");
    EXPECT_EQ(sql_->Value("select count(*) from pgq.retry_queue"), "1");
    EXPECT_TRUE(Becomes(*sql_, "select count(*) from pgq.retry_queue", "0")) << due;
  }
  // And are delivered, though nobody publishes anything.
  int delivered = 0;
  EXPECT_TRUE(test_support::Eventually(kSoon, "both delivered", [&] {
    const std::string batch = sql_->Value("select pgq.next_batch('q', 'c')");
    if (batch == "(null)") return false;
    delivered += std::stoi(sql_->Value("select count(*) from pgq.get_batch_events(" + batch + ")"));
    sql_->Exec("select pgq.finish_batch(" + batch + ")");
    return delivered == 2;
  })) << delivered;
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdWait, TicksOfOthersAreAnnounced) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  Sql listener(server_.Connstr("app"));
  listener.Exec("listen pgq_1");
  sql_->Exec("update pgq.tick set tick_time = tick_time - interval '1 hour'");
  const std::string tick = sql_->Value("select pgq.ticker('q')");
  ASSERT_NE(tick, "(null)");
  std::string seen;
  EXPECT_TRUE(test_support::Eventually(kSoon, "notification", [&] {
    listener.Exec("select 1");
    while (PGnotify* notification = PQnotifies(listener.native())) {
      seen = notification->extra;
      PQfreemem(notification);
    }
    return seen == tick;
  })) << seen;
}

TEST_F(PgqdWait, HoldsNothing) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  EXPECT_EQ(sql_->Text("select backend_xmin, backend_xid from pg_stat_activity where "
                       "application_name = 'pgqd ticker'"),
            "\\N|\\N\n");
  EXPECT_EQ(sql_->Value("select string_agg(distinct locktype, ' ' order by locktype) from pg_locks "
                        "join pg_stat_activity using (pid) where application_name = 'pgqd ticker'"),
            "advisory virtualxid");
  Sql impatient(server_.Connstr("app"));
  impatient.Exec("set lock_timeout = '5s'");
  for (const char* table : {"queue", "tick"})
    impatient.Exec(std::string("vacuum full pgq.") + table);
}

TEST_F(PgqdWait, IsNotLoggedAsASlowStatement) {
  sql_->Exec("alter system set log_min_duration_statement = '100ms'");
  sql_->Exec("select pg_reload_conf()");
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  sql_->Exec("select pg_sleep(0.2)");
  ExpectNextTick("select pgq.insert_event('q', 'type', 'an event')");
  ASSERT_TRUE(Waits());
  const std::string log = test_support::ReadWholeFile(server_.log_path());
  EXPECT_NE(log.find("select pg_sleep"), std::string::npos);
  EXPECT_EQ(log.find("call pgq.ticker_wait"), std::string::npos) << log;
}

TEST_F(PgqdWait, EndsWithItsClient) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  pgqd_->Signal(SIGKILL);
  pgqd_->Wait(kSoon);
  EXPECT_TRUE(Becomes(
      *sql_, "select count(*) from pg_stat_activity where application_name like 'pgqd%'", "0"));
  Start(kSeldom);
  ExpectNextTick("select pgq.insert_event('q', 'type', 'an event')");
  ASSERT_TRUE(Waits());
  EXPECT_EQ(Stop(), 0);
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  pgqd_->Signal(SIGTERM);
  EXPECT_EQ(pgqd_->Wait(kSoon), 0);
}

TEST_F(PgqdWait, TheServersSessionMayDie) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  EXPECT_EQ(sql_->Value("select pg_terminate_backend(pid) from pg_stat_activity where "
                        "application_name = 'pgqd ticker'"),
            "t");
  EXPECT_TRUE(Logs("[app]: ticking again"));
  ExpectNextTick("select pgq.insert_event('q', 'type', 'an event')");
  ASSERT_TRUE(Waits());
  server_.CrashRestart();
  sql_ = std::make_unique<Sql>(server_.Connstr("app"));
  ExpectNextTick("select pgq.insert_event('q', 'type', 'an event')");
}

TEST_F(PgqdWait, WithoutTheWaitThereIsTheGate) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  sql_->Exec(
      "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'pgqd ticker'");
  EXPECT_TRUE(Logs("[app]: waiting for commits: canceling statement due to user request"));
  EXPECT_TRUE(Becomes(
      *sql_, "select count(*) from pg_stat_activity where application_name = 'pgqd gate'", "1"));
  sql_->Exec("select pgq.insert_event('q', 'type', 'an event')");
  EXPECT_TRUE(Becomes(*sql_, "select max(tick_event_seq) from pgq.tick", "1"));
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdWait, AReloadReachesIt) {
  Start(kSeldom);
  ASSERT_TRUE(Waits());
  WriteIni(std::string(kSeldom) + "ticker_on_demand = 0\n");
  pgqd_->Signal(SIGHUP);
  // Which takes the ordinary ticker, and the gate.
  EXPECT_TRUE(Becomes(
      *sql_, "select count(*) from pg_stat_activity where application_name = 'pgqd gate'", "1"));
  EXPECT_EQ(sql_->Value("select count(*) from pg_stat_activity where query like 'call pgq.t%'"),
            "0");
}

// Its thresholds want a look each ticker_period while anything is written.
TEST_F(PgqdWait, AQueueOfSlowTicksTakesTheGate) {
  sql_->Exec(
      "select pgq.create_queue('slow'), pgq.set_queue_config('slow', 'ticker_max_lag', '4')");
  Start("ticker_period = 0.1\n");
  EXPECT_TRUE(Becomes(
      *sql_, "select count(*) from pg_stat_activity where application_name = 'pgqd gate'", "1"));
  sql_->Exec("select pgq.insert_event('slow', 'type', 'an event')");
  EXPECT_TRUE(Becomes(*sql_,
                      "select max(tick_event_seq) from pgq.tick t join pgq.queue on queue_id = "
                      "tick_queue where queue_name = 'slow'",
                      "1"));
}

}  // namespace
}  // namespace pgqd_test

#endif
