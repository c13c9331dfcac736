// The worker's loop against real servers, in this process.
#include "cascade/branch_copy.h"
#include "cascade/branch_tick.h"
#include "server/cascade/worker_fixture.h"

namespace cascade {
namespace {

TEST_F(WorkerTest, AppliesBatchesAndFinishesThem) {
  CreateNodes("leaf");
  StartWorker();
  for (const char* value : {"1", "2", "3"}) {
    InsertEvent("event", value);
    Tick();
  }
  EXPECT_TRUE(AppliedBecomes("1,2,3"));
  EXPECT_TRUE(Eventually(10s, "the last batch is finished", [&] {
    return root_->Value(
               "select last_tick = (select max(tick_id) from pgq.tick) and current_batch is null"
               " from pgq.get_consumer_info('q', 'worker')") == "t";
  }));
  EXPECT_TRUE(observer_.started);
  EXPECT_EQ(State("uptodate"), "t");
}

TEST_F(WorkerTest, StopsBetweenBatchesWithNothingLeftOpen) {
  CreateNodes("leaf");
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(AppliedBecomes("1"));
  StopWorker();
  EXPECT_EQ(root_->Value("select current_batch from pgq.get_consumer_info('q', 'worker')"),
            "(null)");
}

TEST_F(WorkerTest, AnErrorIsShownInTheNodeAndClearedWhenItIsOver) {
  CreateNodes("leaf");
  handler_.fail_at = RecordingHandler::Step::kFinish;
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(
      Eventually(10s, "error stored", [&] { return State("cur_error") == "handler failed"; }));
  EXPECT_EQ(Applied(), "(null)");
  EXPECT_TRUE(Eventually(10s, "condition told", [&] {
    return Conditions() == "worker_stopped worker error: handler failed";
  }));
  StopWorker();
  handler_.fail_at = RecordingHandler::Step::kNone;
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("1"));
  EXPECT_TRUE(Eventually(10s, "error cleared", [&] { return State("cur_error") == "(null)"; }));
  EXPECT_TRUE(Eventually(10s, "condition ended", [&] { return Conditions() == "(null)"; }));
  EXPECT_NE(observer_.log().find("Job worker crashed: handler failed; retrying in"),
            std::string::npos)
      << observer_.log();
}

TEST_F(WorkerTest, AnErrorThatStaysIsRetriedMoreAndMoreSeldom) {
  CreateNodes("leaf");
  exception_sleep_ = 60s;
  handler_.fail_at = RecordingHandler::Step::kFinish;
  InsertEvent("event", "1");
  Tick();
  const auto start = base::Clock::now();
  StartWorker();
  EXPECT_TRUE(Eventually(30s, "four attempts", [&] { return handler_.rollbacks >= 4; }));
  EXPECT_GE(base::Clock::now() - start,
            150ms + 300ms + 600ms);  // the least that jitter leaves of 200, 400 and 800
  ASSERT_TRUE(Eventually(60s, "six attempts", [&] { return handler_.rollbacks >= 6; }));
  // By itself the next one would come after 4.8 s or more. The administrator knows that it works
  // now; what he says while the worker is still busy with its failure is not heard.
  EXPECT_TRUE(Eventually(4s, "another attempt", [&] {
    node_->Exec("notify wake_q");
    return handler_.rollbacks >= 7;
  }));
}

TEST_F(WorkerTest, PausesWhenToldAndAnswersAtOnce) {
  CreateNodes("leaf");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "up to date", [&] { return State("uptodate") == "t"; }));
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', true)");
  node_->Exec("notify wake_q");
  EXPECT_TRUE(Eventually(10s, "pause acknowledged", [&] { return State("uptodate") == "t"; }));
  InsertEvent("event", "1");
  Tick();
  const std::string last_seen =
      root_->Value("select last_seen from pgq.get_consumer_info('q', 'worker')");
  EXPECT_EQ(State("paused"), "t");
  EXPECT_EQ(Applied(), "(null)");
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', false)");
  node_->Exec("notify wake_q");
  EXPECT_TRUE(AppliedBecomes("1"));
  EXPECT_TRUE(Eventually(10s, "resume acknowledged", [&] { return State("uptodate") == "t"; }));
}

TEST_F(WorkerTest, StopsAtOnceWhilePaused) {
  CreateNodes("leaf");
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', true)");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "pause acknowledged", [&] { return State("uptodate") == "t"; }));
  StopWorker();  // joins
  EXPECT_NE(observer_.log().find("paused"), std::string::npos);
}

TEST_F(WorkerTest, ABranchRepeatsTicksAndEvents) {
  CreateNodes("branch");
  StartWorker();
  for (const char* value : {"1", "2", "3"}) {
    InsertEvent("event", value);
    Tick();
  }
  const std::string ticks = "select tick_id from pgq.tick where tick_id > 2 order by 1";
  EXPECT_TRUE(test_support::EventuallyEqual(
      10s, [&] { return root_->Text(ticks); }, [&] { return node_->Text(ticks); }));
  const std::string events =
      "select ev_id, ev_data from pgq.event_template where ev_type = 'event' order by 1";
  EXPECT_EQ(node_->Text(events), root_->Text(events));
  EXPECT_EQ(Applied(), "1,2,3");
}

TEST_F(WorkerTest, ABranchMakesUpForATickThatACrashLeftOut) {
  CreateNodes("branch");
  InsertEvent("event", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  {
    const NodeInfo node = Node();
    BranchCopy copy("q", handler_);
    ApplyBatch({node, batch, *target_}, "worker", Completed(), *provider_, handler_, {}, &copy,
               nullptr);
  }  // committed; neither ticked nor finished
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "the tick is there",
                         [&] { return NewestTick(*target_, "q") == batch.tick; }));
  EXPECT_TRUE(Eventually(10s, "the batch is finished", [&] {
    return root_->Value("select last_tick from pgq.get_consumer_info('q', 'worker')") ==
           ToString(batch.tick);
  }));
  EXPECT_EQ(Applied(), "1");
  EXPECT_EQ(node_->Value("select tick_event_seq from pgq.tick order by tick_id desc limit 1"),
            std::to_string(batch.tick_event_seq));
}

TEST_F(WorkerTest, ABranchThatStandsElsewhereIsRefused) {
  CreateNodes("branch");
  InsertEvent("event", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  MakeBranchTick(*target_, "q", pgq::TickId(batch.tick.value() + 7), batch.tick_time, 1);
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "error stored", [&] {
    return State("cur_error").starts_with("is_batch_done: last branch tick");
  }));
  EXPECT_EQ(Applied(), "(null)");
}

TEST_F(WorkerTest, PublishesItsWatermark) {
  CreateNodes("leaf");
  InsertEvent("event", "1");
  Tick();
  const std::string newest = root_->Value("select max(tick_id) from pgq.tick");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "watermark published", [&] {
    return root_->Value("select last_tick from pgq.get_consumer_info('q', '.node.watermark')") ==
           newest;
  }));
}

TEST_F(WorkerTest, FollowsAChangeOfProviderWithoutARestart) {
  CreateNodes("leaf");
  // A second root with the same history: a copy of the provider's database.
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(AppliedBecomes("1"));
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', true)");
  node_->Exec("notify wake_q");
  EXPECT_TRUE(Eventually(10s, "pause acknowledged", [&] { return State("uptodate") == "t"; }));
  const std::string old_name = root_->Value("select current_database()");
  root_.reset();
  provider_.reset();
  test_support::Sql(server_->Connstr())
      .Exec("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '" +
            old_name + "'");
  server_->CreateDatabase(old_name + "2", old_name);
  root_ = std::make_unique<test_support::Sql>(server_->Connstr(old_name + "2"));
  node_->Exec("select pgq_node.register_location('q', 'root2', '" +
              server_->Connstr(old_name + "2") + "', false)");
  node_->Exec("select pgq_node.change_consumer_provider('q', 'worker', 'root2')");
  node_->Exec("select pgq_node.set_consumer_paused('q', 'worker', false)");
  node_->Exec("notify wake_q");
  InsertEvent("event", "2");
  Tick();
  EXPECT_TRUE(AppliedBecomes("1,2"));
}

TEST_F(WorkerTest, WhatMayComeRightIsToldWhenItFailsAgainAndAgain) {
  CreateNodes("leaf");
  exception_sleep_ = 50ms;
  node_->Exec(
      "create function public.refuse() returns trigger language plpgsql as $$begin raise exception "
      "'deadlock of old' using errcode = '40P01'; end$$; create trigger refuse before insert on "
      "applied for each row execute function public.refuse(); alter table applied enable always "
      "trigger refuse");
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(Eventually(10s, "condition told", [&] {
    return Conditions() == "worker_retries worker warning: deadlock of old";
  })) << observer_.log();
  node_->Exec("drop trigger refuse on applied");
  EXPECT_TRUE(AppliedBecomes("1"));
  EXPECT_TRUE(Eventually(10s, "condition ended", [&] { return Conditions() == "(null)"; }));
}

TEST_F(WorkerTest, RetriesWhenEitherSessionIsKilled) {
  CreateNodes("leaf");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "up to date", [&] { return State("uptodate") == "t"; }));
  for (int round = 0; round < 3; ++round) {
    root_->Exec(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = "
        "'worker'");
    InsertEvent("event", std::to_string(round));
    Tick();
  }
  EXPECT_TRUE(AppliedBecomes("0,1,2"));
  EXPECT_TRUE(Eventually(10s, "error cleared", [&] { return State("cur_error") == "(null)"; }));
}

TEST_F(WorkerTest, AWrongConsumerNameSaysWhatToDo) {
  CreateNodes("leaf");
  node_->Exec("update pgq_node.node_info set worker_name = 'another'");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "hint logged", [&] {
    return observer_.log().find("HINT:  Set consumer_name = another in the configuration file.") !=
           std::string::npos;
  }));
}

TEST_F(WorkerTest, ARootPublishesTheGlobalWatermarkAndStandsBy) {
  CreateNodes("leaf");
  node_connstr_ = root_connstr_;  // the worker under test is the root's
  root_->Exec(
      "update pgq_node.node_info set worker_name = 'worker'; update pgq_node.local_state set "
      "consumer_name = 'worker'");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "watermark event", [&] {
    return root_->Value(
               "select count(*) from pgq.event_template where ev_type = 'pgq.global-watermark'") ==
           "1";
  }));
  EXPECT_TRUE(Eventually(10s, "standby line", [&] {
    return observer_.log().find("{standby: 1}") != std::string::npos;
  }));
}

}  // namespace
}  // namespace cascade
