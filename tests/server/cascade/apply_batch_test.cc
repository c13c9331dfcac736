// One batch, one transaction: what is stored, what is not, and where the position stands
// afterwards.
#include "cascade/batch_handler.h"

#include "base/error.h"
#include "server/cascade/cascade_fixture.h"

namespace cascade {
namespace {

class ApplyBatchTest : public CascadeTest {
 protected:
  BatchOutcome Apply(const pgq::Batch& batch, const std::string& consumer = "worker") {
    const NodeInfo node = Node();
    const BatchContext context{node, batch, *target_};
    stats_ = {};
    return ApplyBatch(context, consumer, Completed(), *provider_, handler_, {}, nullptr, &stats_);
  }
  std::string Failure(const pgq::Batch& batch) {
    try {
      Apply(batch);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "(no error)";
  }
  std::string Applied() { return node_->Text("select ev_type, data from applied order by ev_id"); }

  RecordingHandler handler_;
  BatchStats stats_;
};

TEST_F(ApplyBatchTest, StoresEventsAndPositionTogether) {
  CreateNodes("leaf");
  InsertEvent("first", "1");
  InsertEvent("second", "2");
  Tick();
  const pgq::Batch batch = NextBatch();
  EXPECT_EQ(Apply(batch), BatchOutcome::kApplied);
  EXPECT_EQ(Applied(), "first|1\nsecond|2\n");
  EXPECT_EQ(Completed(), batch.tick);
  EXPECT_EQ(handler_.commits, 1);
  EXPECT_EQ(handler_.rollbacks, 0);
  EXPECT_GE(stats_.events, 2);
}

TEST_F(ApplyBatchTest, ABatchThatComesAgainIsNotAppliedAgain) {
  CreateNodes("leaf");
  InsertEvent("first", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  Apply(batch);
  EXPECT_EQ(NextBatch().id, batch.id);  // not finished: the provider hands it out again
  EXPECT_EQ(Apply(batch), BatchOutcome::kAlreadyApplied);
  EXPECT_EQ(Applied(), "first|1\n");
  EXPECT_EQ(handler_.batches, 1);
}

TEST_F(ApplyBatchTest, ABatchFromElsewhereIsRefused) {
  CreateNodes("leaf");
  InsertEvent("first", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  node_->Exec("update pgq_node.local_state set last_tick_id = 1000");
  EXPECT_EQ(Failure(batch), "Lost position: batch " + ToString(batch.prev_tick) + ".." +
                                ToString(batch.tick) + ", dst has 1000");
  EXPECT_EQ(Applied(), "");
}

TEST_F(ApplyBatchTest, AFailureAtAnyStepLeavesNothingBehindAndTheNextTrySucceeds) {
  CreateNodes("leaf");
  using Step = RecordingHandler::Step;
  for (const Step step : {Step::kOnBatch, Step::kBegin, Step::kApply, Step::kFinish}) {
    SCOPED_TRACE(static_cast<int>(step));
    node_->Exec("truncate applied");
    InsertEvent("event", "1");
    Tick();
    const pgq::Batch batch = NextBatch();
    const pgq::TickId before = Completed();
    handler_.fail_at = step;
    handler_.rollbacks = 0;
    EXPECT_EQ(Failure(batch), "handler failed");
    EXPECT_EQ(Applied(), "");
    EXPECT_EQ(Completed(), before);
    EXPECT_EQ(handler_.rollbacks, step == Step::kOnBatch ? 0 : 1);
    handler_.fail_at = Step::kNone;
    EXPECT_EQ(Apply(batch), BatchOutcome::kApplied);
    EXPECT_EQ(Applied(), "event|1\n");
    EXPECT_EQ(Completed(), batch.tick);
    pgq::FinishBatch(*provider_, batch.id);
  }
}

TEST_F(ApplyBatchTest, AFailureAfterTheCommitDoesNotUndoIt) {
  CreateNodes("leaf");
  InsertEvent("event", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  handler_.fail_at = RecordingHandler::Step::kCommitted;
  EXPECT_EQ(Failure(batch), "handler failed");
  EXPECT_EQ(handler_.rollbacks, 0);
  EXPECT_EQ(Completed(), batch.tick);
  EXPECT_EQ(Apply(batch), BatchOutcome::kAlreadyApplied);
  EXPECT_EQ(Applied(), "event|1\n");
}

TEST_F(ApplyBatchTest, OfTwoProcessesWithTheSameBatchOneRollsBack) {
  CreateNodes("leaf");
  InsertEvent("event", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  handler_.on_apply = [&] {  // the other one commits first
    node_->Exec("update pgq_node.local_state set last_tick_id = " + ToString(batch.tick));
  };
  EXPECT_EQ(Failure(batch), "Lost position: batch " + ToString(batch.prev_tick) + ".." +
                                ToString(batch.tick) + ", dst has " + ToString(batch.tick));
  EXPECT_EQ(Applied(), "");
  EXPECT_EQ(handler_.rollbacks, 1);
}

TEST_F(ApplyBatchTest, ABatchMayBeAppliedInParts) {
  CreateNodes("leaf");
  for (const char* data : {"1", "2", "3"}) InsertEvent("event", data);
  Tick();
  const pgq::Batch batch = NextBatch();
  const pgq::TickId before = Completed();
  handler_.stop_at = "2";
  EXPECT_EQ(Apply(batch), BatchOutcome::kPartlyApplied);
  EXPECT_EQ(Applied(), "event|1\n");
  EXPECT_EQ(Completed(), before);
  EXPECT_EQ(handler_.commits, 0);
  EXPECT_EQ(handler_.rollbacks, 0);
  handler_.stop_at = "3";
  handler_.on_apply = [&] {
    node_->Exec("update pgq_node.local_state set last_tick_id = " + ToString(batch.tick));
  };
  EXPECT_EQ(Failure(batch), "Lost position: batch " + ToString(batch.prev_tick) + ".." +
                                ToString(batch.tick) + ", dst has " + ToString(batch.tick));
  EXPECT_EQ(Applied(), "event|1\n");
  node_->Exec("update pgq_node.local_state set last_tick_id = " + ToString(before));
  handler_.on_apply = nullptr;
  handler_.stop_at.clear();
  EXPECT_EQ(Apply(batch), BatchOutcome::kApplied);
  EXPECT_EQ(Completed(), batch.tick);
  EXPECT_EQ(handler_.commits, 1);
}

TEST_F(ApplyBatchTest, ATargetSessionKilledInTheMiddleLosesNothing) {
  CreateNodes("leaf");
  InsertEvent("event", "1");
  Tick();
  const pgq::Batch batch = NextBatch();
  const int backend = target_->backendpid();
  handler_.on_apply = [&] {
    node_->Exec("select pg_terminate_backend(" + std::to_string(backend) + ", 5000)");
  };
  EXPECT_NE(Failure(batch), "(no error)");
  EXPECT_EQ(handler_.rollbacks, 1);
  EXPECT_EQ(Applied(), "");
  target_ = ConnectTarget();
  handler_.on_apply = nullptr;
  EXPECT_EQ(Apply(batch), BatchOutcome::kApplied);
  EXPECT_EQ(Applied(), "event|1\n");
}

TEST_F(ApplyBatchTest, AProviderSessionKilledInTheMiddleRollsTheTargetBack) {
  CreateNodes("leaf");
  for (int i = 0; i < 700; ++i) InsertEvent("event", std::to_string(i));
  Tick();
  const pgq::Batch batch = NextBatch();
  const int backend = provider_->backendpid();
  handler_.on_apply = [&] {
    root_->Exec("select pg_terminate_backend(" + std::to_string(backend) + ", 5000)");
  };
  EXPECT_NE(Failure(batch), "(no error)");
  EXPECT_EQ(Applied(), "");
  handler_.on_apply = nullptr;
  provider_ = Connect(root_connstr_);
  EXPECT_EQ(Apply(batch), BatchOutcome::kApplied);
  EXPECT_EQ(
      node_->Value(
          "select count(*) || ' ' || count(distinct ev_id) from applied where ev_type = 'event'"),
      "700 700");
}

TEST_F(ApplyBatchTest, FilteredEventsStayAtTheProvider) {
  CreateNodes("leaf");
  InsertEvent("wanted", "1");
  InsertEvent("unwanted", "2");
  Tick();
  handler_.filter = "ev_type = 'wanted' or ev_type like 'pgq.%'";
  Apply(NextBatch());
  EXPECT_EQ(Applied(), "wanted|1\n");
}

TEST_F(ApplyBatchTest, LocationsArriveWithTheEventsAroundThem) {
  CreateNodes("leaf");
  InsertEvent("before", "1");
  root_->Exec("select pgq_node.register_location('q', 'other', 'host=other', false)");
  root_->Exec("select pgq_node.register_location('q', 'gone', 'host=gone', true)");
  root_->Exec("select pgq_node.unregister_location('q', 'gone')");
  InsertEvent("after", "2");
  Tick();
  Apply(NextBatch());
  EXPECT_EQ(Applied(), "before|1\nafter|2\n");
  EXPECT_TRUE(stats_.node_changed);
  EXPECT_GE(handler_.flushes, 3);
  EXPECT_EQ(node_->Text(
                "select node_location, dead from pgq_node.node_location where node_name = 'other'"),
            "host=other|f\n");
  EXPECT_EQ(node_->Value("select count(*) from pgq_node.node_location where node_name = 'gone'"),
            "0");
}

TEST_F(ApplyBatchTest, TheNodesOwnLocationDroppedElsewhereIsAWarning) {
  CreateNodes("leaf");
  InsertEvent("before", "1");
  root_->Exec(
      "select pgq.insert_event('q', 'pgq.unregister-location', 'node', 'q', null, null, null)");
  Tick();
  EXPECT_EQ(Apply(NextBatch()), BatchOutcome::kApplied);
  ASSERT_EQ(stats_.warnings.size(), 1U);
  EXPECT_EQ(stats_.warnings[0], "Cannot drop node's own location");
}

// What waits for an event to make sense would wait for ever.
TEST_F(ApplyBatchTest, CascadeEventsThatMakeNoSenseAreToldAndPassedOver) {
  CreateNodes("branch");
  const std::vector<std::pair<std::string, std::string>> events = {
      {"'pgq.surprise', '1', null", "pgq.surprise: this version does not know this type of event"},
      {"'pgq.global-watermark', 'soon', 'q'", "pgq.global-watermark: \"soon\" is not a tick"},
      {"'pgq.global-watermark', null, 'q'", "pgq.global-watermark: \"\" is not a tick"},
      {"'pgq.global-watermark', '99999999999999999999', 'q'",
       "pgq.global-watermark: \"99999999999999999999\" is not a tick"},
      {"'pgq.tick-id', 'x', 'other'", "pgq.tick-id: \"x\" is not a tick"},
      {"'pgq.tick-id', '1', 'q'",
       "pgq.tick-id: it reports a tick of this queue to the queue itself"},
      {"'pgq.location-info', 'x', 'other_queue'",
       "pgq.location-info: it is about queue \"other_queue\""},
      {"'pgq.location-info', null, 'q'", "pgq.location-info: it names no node"},
      {"'pgq.unregister-location', 'x', null", "pgq.unregister-location: it is about queue \"\""},
  };
  std::vector<std::string> expected;
  for (const auto& [event, what] : events) {
    root_->Exec("select pgq.insert_event('q', " + event + ", null, null, null)");
    expected.push_back(what);
  }
  InsertEvent("after", "1");
  Tick();
  EXPECT_EQ(Apply(NextBatch()), BatchOutcome::kApplied);
  EXPECT_EQ(handler_.unusable, expected);
  EXPECT_EQ(node_->Value("select count(*) from pgq_node.node_location where node_name = 'x'"), "0");
}

TEST_F(ApplyBatchTest, AnotherConsumerOfTheNodeSkipsCascadeEvents) {
  CreateNodes("leaf");
  root_->Exec("select pgq.register_consumer('q', 'copier')");
  const std::string tick =
      root_->Value("select last_tick from pgq.get_consumer_info('q', 'copier')");
  node_->Exec("select pgq_node.register_consumer('q', 'copier', 'root', " + tick + ")");
  InsertEvent("pgq.surprise", "1");
  InsertEvent("event", "2");
  Tick();
  const NodeInfo node = Node();
  const pgq::Batch batch = NextBatch("copier");
  const BatchContext context{node, batch, *target_};
  EXPECT_EQ(ApplyBatch(context, "copier", pgq::TickId(std::stoll(tick)), *provider_, handler_, {},
                       nullptr, nullptr),
            BatchOutcome::kApplied);
  EXPECT_EQ(Applied(), "event|2\n");
}

TEST_F(ApplyBatchTest, RetriedEventsAreRefused) {
  CreateNodes("leaf");
  InsertEvent("event", "1");
  Tick();
  const pgq::Batch first = NextBatch();
  const std::string id = root_->Value("select ev_id from pgq.get_batch_events(" +
                                      ToString(first.id) + ") where ev_type = 'event'");
  root_->Exec("select pgq.event_retry(" + ToString(first.id) + ", " + id + ", 0)");
  Apply(first);
  pgq::FinishBatch(*provider_, first.id);
  root_->Exec("select pgq.maint_retry_events()");
  Tick();
  EXPECT_EQ(Failure(NextBatch()), "CascadedWorker must not get retry events");
}

}  // namespace
}  // namespace cascade
