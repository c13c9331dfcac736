// A branch's own queue: copied events, and ticks made after them.
#include <gtest/gtest.h>

#include "cascade/branch_copy.h"
#include "cascade/branch_tick.h"
#include "server/cascade/cascade_fixture.h"

namespace cascade {
namespace {

class BranchTest : public CascadeTest {
 protected:
  void SetUp() override { CreateNodes("branch"); }

  void Apply(const pgq::Batch& batch, int fetch_rows = 300) {
    const NodeInfo node = Node();
    const BatchContext context{node, batch, *target_};
    ApplyBatch(context, "worker", Completed(), *provider_, handler_, {fetch_rows}, &copy_, nullptr);
  }
  // Test events as both sides hold them, with everything that must be the same.
  static std::string Events(test_support::Sql& sql) {
    return sql.Text(
        "select ev_id, ev_time, ev_type, md5(ev_data), ev_data is null, ev_extra1, ev_extra2, "
        "ev_extra3, ev_extra4, ev_owner,"
        " ev_retry from pgq.event_template where ev_type like 'test%' order by ev_id");
  }
  std::int64_t NewestOnBranch() {
    return NewestTick(*target_, "q").value_or(pgq::TickId(-1)).value();
  }

  RecordingHandler handler_;
  BranchCopy copy_{"q", handler_};
};

TEST_F(BranchTest, CopiesEventsAsTheyAre) {
  root_->Exec("select pgq.insert_event('q', 'test', 'plain', 'a', 'b', 'c', 'd')");
  root_->Exec(
      "select pgq.insert_event('q', 'test', E'tab\\tnewline\\nreturn\\rback\\\\slash \\\\N \\\\. "
      "quote\\' äöü €', '', null, '\\N', E'\\b\\f\\v')");
  root_->Exec("select pgq.insert_event('q', 'test-null', null, null, null, null, null)");
  root_->Exec("select pgq.insert_event('q', 'test-empty', '', '', '', '', '')");
  Tick();
  Apply(NextBatch());
  EXPECT_EQ(Events(*node_), Events(*root_));
  EXPECT_NE(Events(*node_), "");
}

TEST_F(BranchTest, TheHandlerSaysWhatGoesOnAndHow) {
  std::string text;
  handler_.passes_on = [&text](pgq::Event& event, BatchHandler::Onward where) {
    EXPECT_EQ(where, BatchHandler::Onward::kOwnQueue);
    EXPECT_FALSE(event.type_or_empty().starts_with("pgq."));
    text = "not " + std::string(event.data_or_empty());
    event.data = text;
    return event.type_or_empty() != "test-no";
  };
  root_->Exec("select pgq.insert_event('q', 'test', 'a'), pgq.insert_event('q', 'test', 'b')");
  root_->Exec("select pgq_node.register_location('q', 'third', 'host=third', false)");
  root_->Exec("select pgq.insert_event('q', 'test-no', 'c')");
  const std::string last = root_->Value("select max(ev_id) from pgq.event_template");
  Tick();
  Apply(NextBatch());
  EXPECT_EQ(node_->Text("select ev_type, ev_data from pgq.event_template where ev_type like "
                        "'test%' order by ev_id"),
            "test|not a\ntest|not b\n");
  EXPECT_EQ(std::to_string(copy_.max_event_id()), last) << "the tick's, though it stayed behind";
}

TEST_F(BranchTest, CopiesALargeBatchInPieces) {
  root_->Exec(
      "select pgq.insert_event('q', 'test', repeat(md5(i::text), 400)) from generate_series(1, "
      "1000) i");  // 12.8 MB
  Tick();
  Apply(NextBatch(), 50);
  EXPECT_EQ(Events(*node_), Events(*root_));
  EXPECT_EQ(node_->Value("select count(*) from pgq.event_template where ev_type = 'test'"), "1000");
  EXPECT_GE(handler_.flushes, 2);
}

TEST_F(BranchTest, ARolledBackBatchLeavesNoCopies) {
  root_->Exec("select pgq.insert_event('q', 'test', 'x')");
  Tick();
  const pgq::Batch batch = NextBatch();
  handler_.fail_at = RecordingHandler::Step::kFinish;
  EXPECT_ANY_THROW(Apply(batch));
  EXPECT_EQ(Events(*node_), "");
  handler_.fail_at = RecordingHandler::Step::kNone;
  Apply(batch);
  EXPECT_EQ(Events(*node_), Events(*root_));
}

TEST_F(BranchTest, CascadeEventsAreCopiedToo) {
  root_->Exec("select pgq_node.register_location('q', 'other', 'host=other', false)");
  Tick();
  Apply(NextBatch());
  EXPECT_EQ(node_->Value("select ev_data from pgq.event_template where ev_type = "
                         "'pgq.location-info' and ev_data = 'other'"),
            "other");
}

TEST_F(BranchTest, TicksAreThoseOfTheProvider) {
  root_->Exec("select pgq.insert_event('q', 'test', 'x')");
  Tick();
  const pgq::Batch batch = NextBatch();
  Apply(batch);
  EXPECT_EQ(NewestOnBranch(), batch.prev_tick.value());
  MakeBranchTick(*target_, "q", batch.tick, batch.tick_time, batch.tick_event_seq);
  EXPECT_EQ(NewestOnBranch(), batch.tick.value());
  const std::string newest =
      "select tick_id, tick_time, tick_event_seq from pgq.tick order by tick_id desc limit 1";
  EXPECT_EQ(node_->Text(newest), root_->Text(newest));
}

TEST_F(BranchTest, ATickWakesTheConsumersOfTheBranch) {
  const std::string channel =
      "pgq_" + node_->Value("select queue_id from pgq.queue where queue_name = 'q'");
  node_->Exec("listen " + channel);
  const pgq::TickId next(NewestOnBranch() + 1);
  MakeBranchTick(*target_, "q", next, "2024-01-01 00:00:00+00", 1);
  node_->Exec("select 1");
  PGnotify* notify = PQnotifies(node_->native());
  ASSERT_NE(notify, nullptr);
  EXPECT_EQ(std::string(notify->relname), channel);
  EXPECT_EQ(std::string(notify->extra), ToString(next));
  PQfreemem(notify);
}

TEST_F(BranchTest, TheEventSequenceOfTicksNeverGoesBack) {
  const pgq::TickId next(NewestOnBranch() + 1);
  MakeBranchTick(*target_, "q", next, "2024-01-01 00:00:00+00", 5000);
  MakeBranchTick(*target_, "q", pgq::TickId(next.value() + 1), "2024-01-01 00:00:01+00", 0);
  EXPECT_EQ(node_->Value("select tick_event_seq from pgq.tick order by tick_id desc limit 1"),
            "5000");
}

TEST_F(BranchTest, AConsumerOfTheBranchSeesTheSameBatch) {
  node_->Exec("select pgq.register_consumer('q', 'downstream')");
  root_->Exec("select pgq.insert_event('q', 'test', i::text) from generate_series(1, 10) i");
  Tick();
  const pgq::Batch batch = NextBatch();
  Apply(batch);
  EXPECT_EQ(node_->Value("select batch_id from pgq.next_batch_info('q', 'downstream')"),
            "(null)");  // not before the tick
  MakeBranchTick(*target_, "q", batch.tick, batch.tick_time, batch.tick_event_seq);
  const std::string events = "select ev_id, ev_time, ev_type, ev_data from pgq.get_batch_events(";
  const std::string downstream =
      node_->Value("select batch_id from pgq.next_batch_info('q', 'downstream')");
  EXPECT_EQ(node_->Text(events + downstream + ")"), root_->Text(events + ToString(batch.id) + ")"));
}

}  // namespace
}  // namespace cascade
