// A worker asks for its batches together with their events: what has changed by the time the batch
// is in hand counts, and the rows are the same.
#include <random>

#include "server/cascade/worker_fixture.h"

namespace cascade {
namespace {

class EventsWithBatch : public WorkerTest {};

// As after a table was added that a local filter has to let through.
TEST_F(EventsWithBatch, AFilterThatChangedWithTheBatchInHandCounts) {
  CreateNodes("leaf");
  InsertEvent("event", "1");
  InsertEvent("event", "2");
  Tick();
  handler_.filter = "ev_data = '1'";
  handler_.on_batch = [&] { handler_.filter = "ev_data = '2'"; };
  StartWorker();
  EXPECT_TRUE(AppliedBecomes("2"));
}

// The server's horizon moves on, however long that takes.
TEST_F(EventsWithBatch, NoTransactionStaysOpenWhileASmallBatchIsApplied) {
  CreateNodes("leaf");
  bool over = false;
  handler_.on_apply = [&] {
    test_support::Sql sql(root_connstr_);
    over = bool(Eventually(10s, "over", [&] {
      return sql.Value(
                 "select count(*) from pg_stat_activity where application_name = 'worker' and "
                 "datname = current_database() and state <> 'idle'") == "0";
    }));
  };
  StartWorker();
  InsertEvent("event", "1");
  Tick();
  EXPECT_TRUE(AppliedBecomes("1"));
  StopWorker();
  EXPECT_TRUE(over);
}

// Failures and new sessions at any step; each event arrives once.
TEST_F(EventsWithBatch, LosesAndRepeatsNothingWhateverFails) {
  CreateNodes("leaf");
  exception_sleep_ = 10ms;
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  StartWorker();
  int last = 0;
  for (int round = 0; round < 30; ++round) {
    for (int events = static_cast<int>(random() % 30); events > 0; --events)
      InsertEvent("event", std::to_string(++last));
    Tick();
    if (random() % 3 == 0)
      root_->Exec(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = "
          "'worker'");
    if (random() % 5 == 0) {
      StopWorker();
      StartWorker();
    }
  }
  EXPECT_TRUE(Eventually(20s, "all came", [&] {
    return node_->Value("select count(*) from applied") == std::to_string(last);
  })) << observer_.log();
  EXPECT_EQ(node_->Value("select count(distinct data) from applied"), std::to_string(last));
}

}  // namespace
}  // namespace cascade
