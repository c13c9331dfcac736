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
// The trigger, in PL/pgSQL here, makes one event of a new row; those of the other 100000 are copies
// of it, which is a hundred times as fast.
constexpr const char* kManyChanges = R"(
begin;
insert into t select max(id) + 1, 'new' from t;
set local session_replication_role = replica;
do $do$
declare
    last    int := (select max(id) from t);
    queue   record;
begin
    select queue_data_pfx || '_' || queue_cur_table as events, queue_event_seq as seq into strict queue from pgq.queue;
    insert into t select last + n, 'new' from generate_series(1, 100000) n;
    execute format('insert into %s (ev_id, ev_time, ev_type, ev_data, ev_extra1, ev_extra2, ev_extra3, ev_extra4)
        select nextval(%L), ev_time, ev_type, replace(ev_data, ''id=%s'', ''id='' || %s + n), ev_extra1, ev_extra2, ev_extra3, ev_extra4
        from (select * from %1$s order by ev_id desc limit 1) e, generate_series(1, 100000) n',
        queue.events, queue.seq, last, last);
end
$do$;
set local session_replication_role = origin;
update t set v = v || '+' where id % 100 = 0;
delete from t where id % 70 = 0;
commit)";

// So few that they are in the text of the statements.
constexpr const char* kSomeChanges = R"(
begin;
insert into t select max(id) + n, 'new' from t, generate_series(1, 100) n group by n;
update t set v = v || '+' where id % 10 = 0;
delete from t where id % 70 = 0;
commit)";

struct SetCrashPoint {
  const char *name, *failpoint, *changes;
};

class SetCrash : public WorkerStory, public testing::WithParamInterface<SetCrashPoint> {};

TEST_P(SetCrash, LosesNothingAndRepeatsNothing) {
  StartRoot();
  const auto node = AddLeaf();
  node->sql().Exec("drop trigger note_row on t");  // it would have each row come by itself
  root_->sql().Exec("insert into t select n, 'row' from generate_series(1, 1000) n");
  EXPECT_TRUE(BecomesEqual(*node));
  for (int round = 1; round <= 2; ++round) {
    EXPECT_EQ(node->StopWorker(), 0);
    root_->sql().Exec(GetParam().changes);
    node->StartWorker({{"SKYTOOLS_FAILPOINT", std::string(GetParam().failpoint) + "=kill"}});
    EXPECT_EQ(node->worker().Wait(30s), 128 + 9);
    node->StartWorker();
    EXPECT_TRUE(BecomesEqual(*node));
  }
  EXPECT_EQ(node->StopWorker(), 0);
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, SetCrash,
                         testing::Values(SetCrashPoint{"Staged", "apply_set_staged", kManyChanges},
                                         SetCrashPoint{"BeforeInsert", "apply_set_before_insert",
                                                       kManyChanges},
                                         SetCrashPoint{"InText", "apply_set_staged", kSomeChanges}),
                         [](const auto& crash) { return std::string(crash.param.name); });

}  // namespace
}  // namespace e2e
