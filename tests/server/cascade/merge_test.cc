// A leaf that is merged into a combined queue of its database: what goes there, and what its worker
// does when the combined queue's node changes between root and branch.
#include <gmock/gmock.h>

#include "server/cascade/worker_fixture.h"

namespace cascade {
namespace {

using testing::HasSubstr;

class MergeTest : public WorkerTest {
 protected:
  void SetUp() override {
    CreateNodes("leaf");
    for (const char* name : {"here", "there"})
      node_->Exec(std::string("select pgq_node.register_location('c', '") + name +
                  "', 'host=nowhere', false)");
    node_->Exec("select pgq_node.create_node('c', 'root', 'here', 'c_worker', null, null, null)");
    node_->Exec("update pgq_node.node_info set combined_queue = 'c' where queue_name = 'q'");
  }

  // What a takeover does with the combined queue's node here.
  void Demote() {
    for (const char* step : {"1", "2", "3"})
      node_->Exec(std::string("select pgq_node.demote_root('c', ") + step + ", 'there')");
  }
  void Promote() { node_->Exec("select pgq_node.promote_branch('c')"); }
  // The combined branch's worker has applied a batch that says so.
  void PartitionIsAt(const std::string& tick) {
    node_->Exec("select pgq_node.set_partition_watermark('c', 'q', " + tick + ")");
  }
  std::string Newest() { return root_->Value("select max(tick_id) from pgq.tick"); }
  std::string AtProvider() {
    return root_->Value("select last_tick from pgq.get_consumer_info('q', 'worker')");
  }
  std::string Combined(const std::string& what = "ev_data", const std::string& type = "event") {
    return node_->Value(
        "select string_agg(" + what +
        ", ',' order by ev_id) from pgq.event_template e join pg_class c on c.oid = e.tableoid "
        "where c.relname ~ ('^event_' || (select queue_id from pgq.queue where queue_name = 'c')) "
        "and ev_type = '" +
        type + "'");
  }
  // It must have stood by once to pass over batches later.
  void StandByOnce() {
    StartWorker();
    EXPECT_TRUE(Eventually(10s, "it stands by", [&] { return IsStandby() == "1"; }));
    StopWorker();
  }
  std::string IsStandby() {
    return node_->Value(
        "select count(*) from pgq_node.get_consumer_info('q') where consumer_name = '.standby'");
  }
  bool Paused(bool paused) {
    node_->Exec(std::string("select pgq_node.set_consumer_paused('q', 'worker', ") +
                (paused ? "true" : "false") + "); notify wake_q");
    return Eventually(10s, "acknowledged", [&] { return State("uptodate") == "t"; });
  }
};

TEST_F(MergeTest, TheHandlerSaysWhatGoesOn) {
  handler_.passes_on = [](pgq::Event& event, BatchHandler::Onward where) {
    return where == BatchHandler::Onward::kCombinedQueue && event.data_or_empty() != "2";
  };
  StartWorker();
  for (const char* data : {"1", "2", "3"}) InsertEvent("event", data);
  Tick();
  EXPECT_TRUE(AppliedBecomes("1,2,3"));
  EXPECT_EQ(Combined(), "1,3");
}

TEST_F(MergeTest, DataGoesIntoTheCombinedQueueUnderNewIds) {
  node_->Exec(
      "select pgq.insert_event('c', 'other', null) from generate_series(1, 100)");  // ids differ
  StartWorker();
  root_->Exec("select pgq.insert_event('q', 'event', E'1\\t\\\\', 'a', null, '', 'd')");
  root_->Exec("select pgq_node.register_location('q', 'third', 'host=third', false)");
  InsertEvent("event", "2");
  Tick();
  EXPECT_TRUE(AppliedBecomes("1\t\\,2"));
  EXPECT_EQ(Combined(), "1\t\\,2");
  EXPECT_EQ(Combined("concat_ws('|', ev_extra1, coalesce(ev_extra2, 'null'), ev_extra3, "
                     "ev_extra4)"),
            "a|null||d,null");
  EXPECT_EQ(Combined("ev_id::text"), "101,102");
  EXPECT_EQ(Combined("ev_time::text"),
            root_->Value("select string_agg(ev_time::text, ',' order by ev_id) from "
                         "pgq.event_template where ev_type = 'event'"));
  EXPECT_EQ(Combined("ev_data || ' ' || ev_extra1", "pgq.tick-id"), Newest() + " q");
  EXPECT_EQ(Combined("ev_data", "pgq.location-info"), "(null)");
  EXPECT_EQ(node_->Value("select count(*) from pgq_node.node_location where node_name = 'third'"),
            "1");
}

TEST_F(MergeTest, ABatchThatFailsLeavesNothingInTheCombinedQueue) {
  handler_.fail_at = RecordingHandler::Step::kFinish;
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  ASSERT_TRUE(Eventually(10s, "it fails", [&] { return handler_.rollbacks >= 2; }));
  EXPECT_EQ(Combined(), "(null)");
  StopWorker();
  handler_.fail_at = RecordingHandler::Step::kNone;
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("1"));
  EXPECT_EQ(Combined(), "1");
}

TEST_F(MergeTest, BelowABranchBatchesWaitForTheCombinedQueue) {
  Demote();
  StartWorker();
  const std::string before = AtProvider();
  InsertEvent("event", "1");
  root_->Exec("select pgq_node.register_location('q', 'third', 'host=third', false)");
  Tick();
  const std::string first = Newest();
  InsertEvent("event", "2");
  Tick();
  ASSERT_TRUE(Eventually(10s, "the batch is fetched", [&] {
    return root_->Value("select next_tick from pgq.get_consumer_info('q', 'worker')") == first;
  }));
  EXPECT_EQ(AtProvider(), before);

  PartitionIsAt(first);
  EXPECT_TRUE(Eventually(10s, "it is finished", [&] { return AtProvider() == first; }));
  EXPECT_EQ(node_->Value("select count(*) from pgq_node.node_location where node_name = 'third'"),
            "1");
  EXPECT_EQ(State("last_tick_id"), first);
  EXPECT_EQ(Applied(), "(null)");
  EXPECT_EQ(Combined(), "(null)");
  EXPECT_TRUE(Eventually(10s, "its watermark is told", [&] {
    return root_->Value("select last_tick from pgq.get_consumer_info('q', '.node.watermark')") <=
           first;
  }));
}

TEST_F(MergeTest, APromotedNodeAppliesWhatTheCombinedQueueDidNotBring) {
  Demote();
  StartWorker();
  for (const char* value : {"1", "2", "3", "4"}) {
    InsertEvent("event", value);
    Tick();
  }
  const std::int64_t newest = std::stoll(Newest());
  ASSERT_TRUE(Paused(true));
  // The old root had applied up to 2; this node's subscription stands before 1.
  PartitionIsAt(std::to_string(newest - 2));
  Promote();
  ASSERT_TRUE(Paused(false));
  EXPECT_TRUE(AppliedBecomes("3,4"));
  EXPECT_EQ(Combined(), "3,4");
  EXPECT_THAT(observer_.log(),
              HasSubstr("node node changed from leaf merged into a branch to leaf merged into a "
                        "root"));
  EXPECT_TRUE(Eventually(10s, "all is finished", [&] { return AtProvider() == Newest(); }));
  EXPECT_EQ(State("last_tick_id"), Newest());

  ASSERT_TRUE(Paused(true));
  Demote();
  ASSERT_TRUE(Paused(false));
  InsertEvent("event", "5");
  Tick();
  ASSERT_TRUE(Eventually(10s, "the batch is fetched", [&] {
    return root_->Value("select next_tick from pgq.get_consumer_info('q', 'worker')") == Newest();
  }));
  PartitionIsAt(Newest());
  EXPECT_TRUE(Eventually(10s, "it is finished", [&] { return AtProvider() == Newest(); }));
  EXPECT_EQ(Combined(), "3,4");
}

TEST_F(MergeTest, APromotionMayComeWhileTheWorkerIsDown) {
  Demote();
  StandByOnce();
  for (const char* value : {"1", "2", "3"}) {
    InsertEvent("event", value);
    Tick();
  }
  PartitionIsAt(std::to_string(std::stoll(Newest()) - 1));
  Promote();
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("3"));
  EXPECT_EQ(Combined(), "3");
  EXPECT_TRUE(Eventually(10s, "all is in step", [&] { return IsStandby() == "0"; }));
  EXPECT_TRUE(Eventually(10s, "all is finished", [&] { return AtProvider() == Newest(); }));
}

// A provider that was restored, say: its consumer is behind, and nothing explains that.
TEST_F(MergeTest, WhereTheNodeNeverStoodByNoBatchIsPassedOver) {
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(AppliedBecomes("1"));
  StopWorker();
  InsertEvent("event", "2");
  Tick();
  node_->Exec(
      "update pgq_node.local_state set last_tick_id = last_tick_id + 10 where "
      "consumer_name = 'worker'");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "it is told", [&] {
    return State("cur_error").find("Lost position") != std::string::npos;
  }));
  EXPECT_EQ(Applied(), "1");
}

// A batch of several ticks was open when the node became a branch, and ends beyond the position
// that others brought it to.
TEST_F(MergeTest, ABatchAcrossThePositionIsTakenInTwo) {
  Demote();
  StandByOnce();
  for (const char* value : {"1", "2", "3", "4"}) {
    InsertEvent("event", value);
    Tick();
  }
  const std::int64_t newest = std::stoll(Newest());
  ASSERT_EQ(root_->Value("select cur_tick_id from pgq.next_batch_custom('q', 'worker', null, 4, "
                         "'1 day')"),
            std::to_string(newest));
  PartitionIsAt(std::to_string(newest - 1));
  Promote();
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("4"));
  EXPECT_EQ(Combined(), "4");
  EXPECT_TRUE(Eventually(10s, "all is finished", [&] { return AtProvider() == Newest(); }));
}

// Nobody had paused the worker.
TEST_F(MergeTest, NothingIsWrittenBehindTheLastTickOfADemotedRoot) {
  bool demoted = false;
  handler_.on_apply = [&] {
    if (demoted) return;
    demoted = true;
    test_support::Sql sql(node_connstr_);
    for (const char* step : {"1", "2", "3"})
      sql.Exec(std::string("select pgq_node.demote_root('c', ") + step + ", 'there')");
  };
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(Eventually(10s, "it is refused", [&] {
    return observer_.log().find("combined queue \"c\" takes no events") != std::string::npos;
  }));
  EXPECT_EQ(Combined(), "(null)");
  EXPECT_EQ(Applied(), "(null)");
  EXPECT_TRUE(Eventually(10s, "no error is left", [&] { return State("cur_error") == "(null)"; }));
}

}  // namespace
}  // namespace cascade
