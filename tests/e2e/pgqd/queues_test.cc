// Many queues in one database: each event gets its tick, whichever queues move beside it.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "e2e/pgqd/pgqd_fixture.h"

namespace pgqd_test {
namespace {

using test_support::Sql;

constexpr int kQueues = 30;
// Nothing but ticks on demand.
constexpr const char* kSeldom =
    "ticker_period = 3600\nretry_period = 3600\nmaint_period = 3600\ncheck_period = 3600\n";
// Less than the time after which the wait at the server looks by itself.
constexpr std::chrono::seconds kTold{10};

class PgqdQueues : public Pgqd {
 protected:
  PgqdQueues() : Pgqd({"max_prepared_transactions = 5"}) {
    sql_.Exec("select pgq.create_queue('q' || n) from generate_series(1, " +
              std::to_string(kQueues) + ") n");
    // Events that are committed and that the newest tick of their queue does not deliver.
    sql_.Exec(R"(
        create function undelivered() returns bigint language plpgsql as $$
        declare
            q       record;
            waiting bigint;
            total   bigint := 0;
        begin
            for q in select * from pgq.queue loop
                execute format('select count(*) from %s e where not txid_visible_in_snapshot(ev_txid, '
                    '(select tick_snapshot from pgq.tick where tick_queue = $1 order by tick_id desc limit 1))',
                    q.queue_data_pfx) into waiting using q.queue_id;
                total := total + waiting;
            end loop;
            return total;
        end;
        $$)");
    for (int i = 0; i < 4; ++i) writers_.push_back({std::make_unique<Sql>(server_.Connstr("app"))});
  }
  testing::AssertionResult AllDelivered() {
    return test_support::Eventually(kTold, "all delivered",
                                    [&] { return sql_.Value("select undelivered()") == "0"; });
  }
  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  std::string SomeQueue() { return "'q" + std::to_string(1 + Below(kQueues)) + "'"; }

  struct Writer {
    std::unique_ptr<Sql> sql;
    bool open = false;
  };
  void End(Writer& writer, const char* how) {
    if (!std::exchange(writer.open, false)) return;
    writer.sql->Exec(how);
  }
  void Step() {
    Writer& writer = writers_[static_cast<std::size_t>(Below(static_cast<int>(writers_.size())))];
    switch (const int what = Below(20)) {
      case 0:
      case 1:
      case 2:
        if (!std::exchange(writer.open, true)) writer.sql->Exec("begin");
        break;
      case 3:
        End(writer, "rollback");
        break;
      case 4:
      case 5:
      case 6:
        End(writer, "commit");
        break;
      case 7:
        if (!writer.open) writer.sql->Exec("select pgq.force_tick(" + SomeQueue() + ")");
        break;
      case 8:
        sql_.Exec("select pgq.create_queue('later'); select pgq.insert_event('later', 't', 'd')");
        break;
      case 9:
        if (sql_.Value("select count(*) from pgq.queue where queue_name = 'later'") == "1")
          sql_.Exec("select pgq.drop_queue('later')");
        break;
      default:
        writer.sql->Exec("select pgq.insert_event(" + SomeQueue() + ", 't', 'd') from " +
                         "generate_series(1, " + std::to_string(1 + what % 3) + ")");
    }
  }

  std::mt19937 random_{20261130};
  Sql sql_{server_.Connstr(CreateQueueDatabase("app"))};
  std::vector<Writer> writers_;
};

TEST_F(PgqdQueues, EachEventIsTickedWhoeverElseWrites) {
  Start(kSeldom);
  for (int round = 0; round < 3; ++round) {
    for (int step = 0; step < 200; ++step) Step();
    if (round == 1) {  // what it knew of the queues is lost
      pgqd_->Signal(SIGKILL);
      pgqd_->Wait(kSoon);
      for (int step = 0; step < 20; ++step) Step();
      Start(kSeldom);
    }
    for (Writer& writer : writers_) End(writer, round == 2 ? "rollback" : "commit");
    ASSERT_TRUE(AllDelivered()) << round;
  }
  // One by one, with nothing else that could make it look.
  for (int event = 0; event < 30; ++event) {
    sql_.Exec("select pgq.insert_event(" + SomeQueue() + ", 't', 'd')");
    ASSERT_TRUE(AllDelivered()) << event;
  }
  EXPECT_EQ(Stop(), 0);
}

// The wait for one queue's transaction hides nobody else's events.
TEST_F(PgqdQueues, AnOpenTransactionKeepsNoOtherQueueWaiting) {
  Start(kSeldom);
  ASSERT_TRUE(AllDelivered());
  Writer& slow = writers_[0];
  slow.sql->Exec("begin; select pgq.insert_event('q1', 't', 'slow')");
  for (int event = 0; event < 10; ++event) {
    sql_.Exec("select pgq.insert_event(" + SomeQueue() + ", 't', 'd')");
    ASSERT_TRUE(AllDelivered()) << event;
  }
  slow.sql->Exec("commit");
  EXPECT_TRUE(AllDelivered());
  slow.sql->Exec("begin; select pgq.insert_event('q2', 't', 'prepared'); prepare transaction 'p'");
  sql_.Exec("select pgq.insert_event('q3', 't', 'd')");
  ASSERT_TRUE(AllDelivered());
  slow.sql->Exec("commit prepared 'p'");
  EXPECT_TRUE(AllDelivered());
}

}  // namespace
}  // namespace pgqd_test
