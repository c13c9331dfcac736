// Ticks: on demand and ordinary, with open transactions, busy consumers, foreign tickers.
#include <gmock/gmock.h>

#include <thread>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using namespace std::chrono_literals;
using test_support::Sql;
using testing::HasSubstr;
using testing::Not;

class PgqdTicks : public Pgqd {
 protected:
  void SetUp() override { sql_.Exec("select pgq.register_consumer('q', 'c')"); }

  // Pgqd is up and has made its first tick.
  void StartAndSettle(const std::string& extra = "") {
    Start(extra);
    ASSERT_TRUE(Becomes(sql_, "select count(*) > 1 from pgq.tick", "t"));
  }
  std::string NewestTick(Sql& sql) { return sql.Value("select max(tick_id) from pgq.tick"); }
  // The consumer takes all there is. Until it has finished the newest tick it holds ticks on demand
  // back.
  void CatchUp() {
    test_support::WaitUntil(kSoon, [&] {
      const std::string batch = sql_.Value("select pgq.next_batch('q', 'c')");
      if (batch != "(null)") sql_.Exec("select pgq.finish_batch(" + batch + ")");
      return batch == "(null)";
    });
  }
  // Takes batches until one holds events; their data, in order.
  std::string NextEvents(Sql& sql) {
    std::string data;
    test_support::WaitUntil(kSoon, [&] {
      const std::string batch = sql.Value("select pgq.next_batch('q', 'c')");
      if (batch == "(null)") return false;
      data = sql.Value("select string_agg(ev_data, ',' order by ev_id) from pgq.get_batch_events(" +
                       batch + ")");
      sql.Exec("select pgq.finish_batch(" + batch + ")");
      return data != "(null)";
    });
    return data;
  }

  Sql sql_{server_.Connstr(CreateQueueDatabase("app"))};
};

TEST_F(PgqdTicks, AnEventGetsItsTickAtOnceAndTheConsumerIsNotified) {
  StartAndSettle();
  CatchUp();
  Sql listener = Connect("app");
  listener.Exec("listen pgq_1");
  sql_.Exec("select pgq.insert_event('q', 'type', 'one')");
  ASSERT_TRUE(
      Becomes(sql_, "select tick_event_seq from pgq.tick order by tick_id desc limit 1", "1"));
  // Ordinary ticks wait for ticker_max_lag, 3 seconds.
  EXPECT_EQ(
      sql_.Value("select min(t.tick_time) - e.ev_time < '2 seconds' from pgq.event_1 e, pgq.tick t"
                 " where t.tick_event_seq = 1 group by e.ev_time"),
      "t");
  const std::string tick = NewestTick(sql_);
  std::string heard;
  EXPECT_TRUE(test_support::Eventually(kSoon, "notification", [&] {
    PQconsumeInput(listener.native());
    while (PGnotify* notification = PQnotifies(listener.native())) {
      heard = notification->extra;
      PQfreemem(notification);
    }
    return !heard.empty() && std::stol(heard) >= std::stol(tick);
  }));
  EXPECT_EQ(NextEvents(sql_), "one");
  EXPECT_EQ(Stop(), 0);
}

TEST_F(PgqdTicks, AnEventOfATransactionThatStayedOpenFollowsItsCommit) {
  StartAndSettle();
  CatchUp();
  Sql writer = Connect("app");
  writer.Exec("begin; select pgq.insert_event('q', 'type', 'late')");
  // A tick is made while the writer is open: it counts the event and does not show it.
  ASSERT_TRUE(
      Becomes(sql_, "select tick_event_seq from pgq.tick order by tick_id desc limit 1", "1"));
  writer.Exec("select pg_sleep(0.2)");
  writer.Exec("commit");
  const std::string committed = sql_.Value("select clock_timestamp()");
  EXPECT_EQ(NextEvents(sql_), "late");
  // Idle ticks would come 1.5 seconds and more after the last one.
  EXPECT_EQ(sql_.Value("select min(tick_time) - '" + committed +
                       "' < '1 second' from pgq.tick, pgq.event_1 e"
                       " where txid_visible_in_snapshot(e.ev_txid, tick_snapshot)"),
            "t");
}

TEST_F(PgqdTicks, ATickOfAnotherTickerIsFollowedUpToo) {
  StartAndSettle();
  CatchUp();
  Sql writer = Connect("app");
  writer.Exec("begin; select pgq.insert_event('q', 'type', 'late')");
  sql_.Exec("select pgq.force_tick('q')");
  sql_.Exec("select pgq.ticker('q')");
  writer.Exec("commit");
  const std::string committed = sql_.Value("select clock_timestamp()");
  EXPECT_EQ(NextEvents(sql_), "late");
  EXPECT_EQ(sql_.Value("select min(tick_time) - '" + committed +
                       "' < '1 second' from pgq.tick, pgq.event_1 e"
                       " where txid_visible_in_snapshot(e.ev_txid, tick_snapshot)"),
            "t");
}

TEST_F(PgqdTicks, ASlowConsumerIsNotOverrun) {
  StartAndSettle();
  sql_.Exec("select pgq.insert_event('q', 'type', 'first')");
  std::string batch;
  ASSERT_TRUE(test_support::Eventually(kSoon, "a batch", [&] {
    batch = sql_.Value("select pgq.next_batch('q', 'c')");
    return batch != "(null)";
  }));
  // While the batch is open, many transactions commit events: only ordinary ticks are made of them.
  Sql writer = Connect("app");
  const long before = std::stol(NewestTick(sql_));
  for (int i = 0; i < 50; ++i) {
    writer.Exec("select pgq.insert_event('q', 'type', 'more')");
    writer.Exec("select pg_sleep(0.02)");
  }
  const long made = std::stol(NewestTick(sql_)) - before;
  const std::string took = sql_.Value(
      "select extract(epoch from clock_timestamp() - min(ev_time))::int from pgq.event_1 where "
      "ev_data = 'more'");
  EXPECT_LE(made, 2 + std::stol(took)) << "one a second is what upstream makes at most";
  // Done with it: a consumer that takes one tick per batch is at the end after a few.
  sql_.Exec("select pgq.finish_batch(" + batch + ")");
  for (int batches = 0; batches < 10; ++batches) {
    test_support::WaitUntil(
        5s, [&] { return (batch = sql_.Value("select pgq.next_batch('q', 'c')")) != "(null)"; });
    if (batch == "(null)") break;
    sql_.Exec("select pgq.finish_batch(" + batch + ")");
    if (sql_.Value("select pending_events from pgq.get_consumer_info('q', 'c')") == "0") break;
  }
  EXPECT_EQ(sql_.Value("select pending_events from pgq.get_consumer_info('q', 'c')"), "0");
}

TEST_F(PgqdTicks, WatermarkConsumersDoNotBrake) {
  sql_.Exec(
      "select pgq.register_consumer('q', '.global_watermark'); select pgq.register_consumer('q', "
      "'.node2.watermark')");
  sql_.Exec("select pgq.unregister_consumer('q', 'c')");
  StartAndSettle();
  for (int i = 1; i <= 3; ++i) {
    sql_.Exec("select pgq.insert_event('q', 'type', 'x')");
    ASSERT_TRUE(Becomes(sql_, "select max(tick_event_seq) from pgq.tick", std::to_string(i)));
  }
  EXPECT_EQ(sql_.Value("select count(*) > 0 from pgq.tick t where tick_event_seq = 2"), "t");
  EXPECT_EQ(sql_.Value("select max(tick_time) - min(tick_time) < '3 seconds' from pgq.tick where "
                       "tick_event_seq > 0"),
            "t");
}

TEST_F(PgqdTicks, AForeignTickerBesideItDoesNoHarm) {
  StartAndSettle("ticker_period = 0.05\n");
  std::thread foreign([&] {
    Sql sql(server_.Connstr("app"));
    for (int i = 0; i < 200; ++i) sql.Exec("select pgq.ticker()");
  });
  Sql writer = Connect("app");
  for (int i = 1; i <= 200; ++i)
    writer.Exec("select pgq.insert_event('q', 'type', '" + std::to_string(i) + "')");
  foreign.join();
  std::string seen;
  while (seen.find("200") == std::string::npos) {
    const std::string events = NextEvents(sql_);
    ASSERT_NE(events, "(null)");
    seen += seen.empty() ? events : "," + events;
  }
  std::string expected = "1";
  for (int i = 2; i <= 200; ++i) expected += "," + std::to_string(i);
  EXPECT_EQ(seen, expected) << "each once, in order";
  EXPECT_EQ(
      sql_.Value(
          "select count(*) from (select tick_event_seq - lag(tick_event_seq) over w as d,"
          " txid_snapshot_xmax(tick_snapshot) - lag(txid_snapshot_xmax(tick_snapshot)) over w as x"
          " from pgq.tick window w as (order by tick_id)) s where d < 0 or x < 0"),
      "0");
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
}

TEST_F(PgqdTicks, WithoutOurFunctionsItTicksAsUpstream) {
  sql_.Exec(
      "drop function pgq.ticker_on_demand(text, bigint); drop function pgq.ticker_demand_state()");
  sql_.Exec("select pgq.set_queue_config('q', 'ticker_max_lag', '0.2 seconds')");
  StartAndSettle("ticker_period = 0.1\n");
  Sql listener = Connect("app");
  listener.Exec("listen pgq_1");
  sql_.Exec("select pgq.insert_event('q', 'type', 'one')");
  EXPECT_EQ(NextEvents(sql_), "one");
  EXPECT_TRUE(test_support::Eventually(kSoon, "notification", [&] {
    PQconsumeInput(listener.native());
    PGnotify* notification = PQnotifies(listener.native());
    PQfreemem(notification);
    return notification != nullptr;
  }));
  EXPECT_THAT(Log(), Not(HasSubstr("ERROR")));
}

TEST_F(PgqdTicks, OnDemandCanBeSwitchedOff) {
  sql_.Exec("select pgq.set_queue_config('q', 'ticker_max_lag', '3 seconds')");
  StartAndSettle("ticker_on_demand = 0\n");
  sql_.Exec("select pgq.insert_event('q', 'type', 'one')");
  EXPECT_EQ(NextEvents(sql_), "one");
  EXPECT_EQ(
      sql_.Value(
          "select min(b.tick_time) - max(a.tick_time) >= '2.5 seconds' from pgq.tick a, pgq.tick b"
          " where a.tick_event_seq = 0 and b.tick_event_seq = 1"),
      "t")
      << "by ticker_max_lag";
}

TEST_F(PgqdTicks, QueuesWithSlowTicksKeepThem) {
  sql_.Exec(
      "select pgq.create_queue('slow'); select pgq.set_queue_config('slow', 'ticker_max_lag', '1 "
      "hour')");
  StartAndSettle("ticker_period = 0.1\n");
  sql_.Exec(
      "select pgq.insert_event('slow', 'type', 'x'); select pgq.insert_event('q', 'type', 'y')");
  EXPECT_EQ(NextEvents(sql_), "y");
  EXPECT_EQ(sql_.Value("select max(tick_event_seq) from pgq.tick where tick_queue = 2"), "0");
  sql_.Exec("select pgq.set_queue_config('slow', 'ticker_max_count', '1')");
  EXPECT_TRUE(Becomes(sql_, "select max(tick_event_seq) from pgq.tick where tick_queue = 2", "1"))
      << "by its own threshold";
}

TEST_F(PgqdTicks, OneBrokenQueueDoesNotStopTheOthers) {
  sql_.Exec("select pgq.create_queue('broken')");
  StartAndSettle("ticker_period = 0.1\n");
  sql_.Exec(
      "insert into pgq.tick (tick_queue, tick_id, tick_snapshot, tick_event_seq) values (2, 1000, "
      "'9000000:9000000:', 0)");
  EXPECT_TRUE(Logs("Invalid PgQ state"));
  sql_.Exec("select pgq.insert_event('q', 'type', 'one')");
  EXPECT_EQ(NextEvents(sql_), "one");
  EXPECT_THAT(Log(), HasSubstr("queue \"broken\""));
}

}  // namespace
}  // namespace pgqd_test
