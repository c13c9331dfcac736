// kill -9 of a worker between each two steps of a batch: nothing is lost and nothing is applied
// twice.
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

struct Crash {
  const char* node_type;
  const char* failpoint;
};

class WorkerCrash : public WorkerStory, public testing::WithParamInterface<Crash> {};

TEST_P(WorkerCrash, LosesNothingAndRepeatsNothing) {
  StartRoot();
  const auto node = AddNode(GetParam().node_type, "node2", *root_, subscriber_);
  EXPECT_EQ(node->StopWorker(), 0);
  int last = 0;
  for (int round = 1; round <= 3; ++round) {
    node->StartWorker({{"SKYTOOLS_FAILPOINT",
                        std::string(GetParam().failpoint) + "=kill@" + std::to_string(round)}});
    Insert(last + 1, last + 20);
    last += 20;
    // Idle ticks bring it to the failpoint again even when all rows went into one batch.
    for (int extra = 0; extra < 20 && !node->worker().Wait(500ms); ++extra) {
      ++last;
      Insert(last, last);
    }
    EXPECT_EQ(node->worker().Wait(30s), 128 + 9);
  }
  node->StartWorker();
  Insert(last + 1, last + 5);
  EXPECT_TRUE(BecomesEqual(*node));
  EXPECT_TRUE(AppliedOnce(*node, 1, last + 5));
  if (std::string(GetParam().node_type) != "branch") return;
  const std::string ids =
      "select ev_id, ev_data from pgq.event_template where ev_type like 'I%' order by ev_id";
  EXPECT_EQ(node->sql().Text(ids), root_->sql().Text(ids));
  const std::string first =
      node->sql().Value("select min(tick_id) from pgq.tick where tick_id > 1");
  const std::string ticks =
      "select tick_id from pgq.tick where tick_id > " + first + " order by tick_id";
  EXPECT_TRUE(test_support::EventuallyEqual(
      30s, [&] { return node->sql().Text(ticks); }, [&] { return root_->sql().Text(ticks); }));
}

const Crash kCrashes[] = {
    {"leaf", "batch_after_next_batch"},    {"leaf", "batch_after_begin_target"},
    {"leaf", "batch_after_first_events"},  {"leaf", "batch_before_set_completed"},
    {"leaf", "batch_before_commit"},       {"leaf", "batch_after_commit"},
    {"leaf", "batch_after_finish"},        {"branch", "batch_after_first_events"},
    {"branch", "batch_before_commit"},     {"branch", "batch_after_commit"},
    {"branch", "batch_after_branch_tick"}, {"branch", "batch_after_finish"},
};
INSTANTIATE_TEST_SUITE_P(AtEachStep, WorkerCrash, testing::ValuesIn(kCrashes),
                         [](const auto& crash) {
                           return std::string(crash.param.node_type) + "_" + crash.param.failpoint;
                         });

// Many events at a time are written as sets; so many that the new rows have a COPY of their own,
// however long the server's first answers took.
class SetCrash : public WorkerStory, public testing::WithParamInterface<const char*> {};

TEST_P(SetCrash, LosesNothingAndRepeatsNothing) {
  StartRoot();
  const auto node = AddLeaf();
  node->sql().Exec("drop trigger note_row on t");  // it would have each row come by itself
  root_->sql().Exec("insert into t select n, 'row' from generate_series(1, 1000) n");
  EXPECT_TRUE(BecomesEqual(*node));
  for (int round = 1; round <= 2; ++round) {
    EXPECT_EQ(node->StopWorker(), 0);
    root_->sql().Exec(
        "begin; insert into t select (select max(id) from t) + n, 'new' from generate_series(1, "
        "100000) n; update t set v = v || '+' where id % 20 = 0; delete from t where id % 7 = 0; "
        "commit");
    node->StartWorker({{"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill"}});
    EXPECT_EQ(node->worker().Wait(30s), 128 + 9);
    node->StartWorker();
    EXPECT_TRUE(BecomesEqual(*node));
  }
  EXPECT_EQ(node->StopWorker(), 0);
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, SetCrash,
                         testing::Values("apply_set_staged", "apply_set_before_insert"),
                         [](const auto& crash) { return std::string(crash.param); });

}  // namespace
}  // namespace e2e
