// What ends pgq.ticker_wait. Without any sequence to look at, only a commit can.
#ifdef SKYTOOLS_HAS_MODULE  // else there is nothing to wait in
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/eventually.h"
#include "support/pgq_schema.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace {

using test_support::Sql;

constexpr std::chrono::seconds kSoon{30};

class TickerWait : public testing::Test {
 protected:
  TickerWait()
      : server_({"max_prepared_transactions = 5"}),
        sql_(server_.Connstr()),
        waiter_(server_.Connstr()) {
    sql_.Exec(test_support::PgqSchema(test_support::PgqForm::kC, server_));
    sql_.Exec("select pgq.create_queue('q')");
    sql_.Exec("create table t (id int primary key)");
    sql_.Exec(
        "create trigger tr after insert on t for each row execute function pgq.logutriga('q')");
    waiter_.Exec("set application_name = 'waiter'");
  }
  void StartWaiting() {
    waiter_.Send("call pgq.ticker_wait('{}', '{}', 3600000)");
    ASSERT_TRUE(test_support::Eventually(kSoon, "waiting", [&] { return Waits(); }));
  }
  bool Waits() {
    return sql_.Value(
               "select count(*) from pg_stat_activity where application_name = 'waiter' "
               "and state = 'active' and wait_event = 'Extension'") == "1";
  }
  testing::AssertionResult Ends() {
    return test_support::Eventually(kSoon, "the wait's end", [&] {
      return PQconsumeInput(waiter_.native()) == 1 && PQisBusy(waiter_.native()) == 0;
    });
  }

  test_support::PostgresServer server_;
  Sql sql_, waiter_;
};

TEST_F(TickerWait, EndsWithEachCommitThatATickerLooksFor) {
  for (const char* statement :
       {"select pgq.insert_event('q', 'type', 'data')", "insert into t values (1)",
        "begin; savepoint s; insert into t values (2); release savepoint s; commit",
        "select pgq.current_event_table('q')", "select pgq.force_tick('q')",
        "update pgq.tick set tick_time = now() - interval '1 hour'; select pgq.ticker('q')",
        "select pgq.set_queue_config('q', 'ticker_max_count', '7')",
        "select pgq.create_queue('another')", "select pgq.drop_queue('another')",
        "begin; insert into t values (3); prepare transaction 'p'"}) {
    SCOPED_TRACE(statement);
    StartWaiting();
    sql_.Exec(statement);
    ASSERT_TRUE(Ends());
    waiter_.Finish();
  }
}

TEST_F(TickerWait, EndsWhenTheRetryQueueIsFilledOrEmptied) {
  for (const char* statement :
       {"select pgq.register_consumer('q', 'c')", "select pgq.insert_event('q', 'type', 'data')",
        "select pgq.insert_event('q', 'type', 'data')", "select pgq.force_tick('q')",
        "select pgq.ticker('q')"})
    sql_.Exec(statement);
  const std::string batch = sql_.Value("select pgq.next_batch('q', 'c')");
  ASSERT_NE(batch, "(null)");
  for (const std::string& statement :
       {"select pgq.event_retry(" + batch + ", 1, 0)", "select pgq.batch_retry(" + batch + ", 0)",
        std::string("select pgq.event_retry_raw('q', 'c', now(), null, now(), 0, 'type', 'data', "
                    "null, null, null, null)"),
        std::string("select pgq.maint_retry_events()")}) {
    SCOPED_TRACE(statement);
    StartWaiting();
    EXPECT_NE(sql_.Value(statement), "0");
    ASSERT_TRUE(Ends());
    waiter_.Finish();
  }
  StartWaiting();
  EXPECT_EQ(sql_.Value("select pgq.maint_retry_events()"), "0");
  EXPECT_TRUE(Waits());
}

TEST_F(TickerWait, NeitherRollbackNorOtherWorkEndsIt) {
  sql_.Exec("create database other");
  Sql other(server_.Connstr("other"));
  other.Exec(test_support::PgqSchema(test_support::PgqForm::kC, server_));
  other.Exec("select pgq.create_queue('q')");
  StartWaiting();
  sql_.Exec("begin; insert into t values (1); rollback");
  sql_.Exec("begin; select pgq.insert_event('q', 'type', 'data'); rollback");
  sql_.Exec("create table u (id int); insert into u values (1)");
  sql_.Exec("begin; insert into t values (2); savepoint s; insert into t values (3)");
  sql_.Exec("rollback to s");
  EXPECT_TRUE(Waits());
  sql_.Exec("rollback");
  EXPECT_TRUE(Waits());
  // Nor do events of another database.
  other.Exec("select pgq.insert_event('q', 'type', 'data')");
  EXPECT_TRUE(Waits());
  EXPECT_EQ(sql_.Value("select pg_cancel_backend(pid) from pg_stat_activity where "
                       "application_name = 'waiter'"),
            "t");
  EXPECT_THROW(waiter_.Finish(), std::runtime_error);
  StartWaiting();  // the session goes on
  sql_.Exec("insert into t values (1)");
  ASSERT_TRUE(Ends());
  waiter_.Finish();
}

TEST_F(TickerWait, WakesSeveral) {
  Sql second(server_.Connstr());
  second.Send("call pgq.ticker_wait('{}', '{}', 3600000)");
  StartWaiting();
  ASSERT_TRUE(test_support::Eventually(kSoon, "both waiting", [&] {
    return sql_.Value(
               "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 3") == "2";
  }));
  sql_.Exec("insert into t values (1)");
  ASSERT_TRUE(Ends());
  waiter_.Finish();
  second.Finish();
}

}  // namespace

#endif
