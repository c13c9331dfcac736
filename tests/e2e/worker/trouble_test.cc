// Servers that go away, workers that are told to pause, stop or give up in the middle of a batch.
#include <signal.h>

#include <filesystem>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

class WorkerTrouble : public WorkerStory {
 protected:
  // A leaf whose worker is inside a batch with rows 1..10 applied and not committed, and will be
  // for `ms` milliseconds.
  std::unique_ptr<test_support::Node> LeafInTheMiddleOfABatch(const std::string& ms) {
    StartRoot();
    auto leaf = AddLeaf();
    EXPECT_EQ(leaf->StopWorker(), 0);
    root_->sql().Exec("insert into t select i, 'row ' || i from generate_series(1, 10) i");
    leaf->StartWorker({{"SKYTOOLS_FAILPOINT", "batch_before_set_completed=sleep:" + ms}});
    EXPECT_TRUE(Eventually(60s, "rows are written and not committed", [&] {
      return leaf->sql().Value(
                 "select count(*) from pg_locks l join pg_stat_activity a using (pid) where "
                 "l.relation = 't'::regclass and l.mode = 'RowExclusiveLock' and l.granted and "
                 "a.state = 'idle in transaction'") != "0";
    }));
    return leaf;
  }
};

TEST_F(WorkerTrouble, TheProviderIsRestartedInTheMiddleOfABatch) {
  const auto leaf = LeafInTheMiddleOfABatch("1000");
  root_->DropSession();
  provider_.Restart();
  Insert(11, 20);
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 20));
  EXPECT_TRUE(leaf->worker().Running());
}

TEST_F(WorkerTrouble, TheProviderCrashes) {
  const auto leaf = LeafInTheMiddleOfABatch("1000");
  root_->DropSession();
  provider_.CrashRestart();
  Insert(11, 20);
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 20));
}

TEST_F(WorkerTrouble, TheSubscriberCrashesInTheMiddleOfABatch) {
  const auto leaf = LeafInTheMiddleOfABatch("1000");
  leaf->DropSession();
  subscriber_.CrashRestart();
  Insert(11, 20);
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 20));
  EXPECT_TRUE(leaf->worker().Running());
  EXPECT_TRUE(Eventually(30s, "the error is cleared", [&] {
    return leaf->sql().Value("select cur_error from pgq_node.local_state") == "(null)";
  }));
}

TEST_F(WorkerTrouble, SigintLetsTheBatchFinish) {
  const auto leaf = LeafInTheMiddleOfABatch("1000");
  leaf->worker().Signal(SIGINT);
  EXPECT_EQ(leaf->worker().Wait(30s), 0);
  EXPECT_EQ(leaf->sql().Value("select count(*) from t"), "10");
  EXPECT_FALSE(std::filesystem::exists(leaf->pid_path()));
  EXPECT_EQ(
      root_->sql().Value(
          "select current_batch from pgq.get_consumer_info('q_teste_replica', 'node2_worker')"),
      "(null)");
}

TEST_F(WorkerTrouble, SigtermRollsTheBatchBackAtOnce) {
  StartRoot();
  const auto leaf = AddLeaf();
  // The apply waits for a lock for ever.
  test_support::Sql other(leaf->connstr());
  other.Exec("begin; lock table t in access exclusive mode");
  Insert(1, 1);
  EXPECT_TRUE(Eventually(30s, "the worker waits for the lock", [&] {
    return leaf->sql().Value(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") != "0";
  }));
  leaf->worker().Signal(SIGTERM);
  EXPECT_EQ(leaf->worker().Wait(5s), 0);
  EXPECT_FALSE(std::filesystem::exists(leaf->pid_path()));
  other.Exec("rollback");
  EXPECT_EQ(leaf->sql().Value("select count(*) from t"), "0");
  leaf->StartWorker();
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 1));
}

TEST_F(WorkerTrouble, StopTimeoutTurnsAStopIntoARollback) {
  StartRoot();
  subscriber_.CreateNodeDatabase("db_slow");
  test_support::Node leaf(dir_, subscriber_, "db_slow", "slow", "q_teste_replica",
                          "stop_timeout = 1");
  leaf.sql().Exec("create table t (id int primary key, v text)");
  leaf.CreateLeaf(*root_);
  leaf.StartWorker();
  leaf.MustLondiste({"add-table", "t"});
  leaf.MustLondiste({"wait-sync"});
  test_support::Sql other(leaf.connstr());
  other.Exec("begin; lock table t in access exclusive mode");
  Insert(1, 1);
  EXPECT_TRUE(Eventually(30s, "the worker waits for the lock", [&] {
    return leaf.sql().Value(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") != "0";
  }));
  leaf.worker().Signal(SIGINT);
  EXPECT_EQ(leaf.worker().Wait(20s), 0);
  EXPECT_NE(leaf.Log().find("rolling it back"), std::string::npos);
}

TEST_F(WorkerTrouble, PauseAndResumeWithoutARestart) {
  StartRoot();
  const auto leaf = AddLeaf();
  leaf->MustLondiste({"pause"});
  Insert(1, 5);
  EXPECT_TRUE(Eventually(30s, "the tick is there", [&] {
    return root_->sql().Value(
               "select pending_events from pgq.get_consumer_info('q_teste_replica', "
               "'node2_worker')") != "0";
  }));
  EXPECT_EQ(leaf->sql().Value("select count(*) from t"), "0");
  leaf->MustLondiste({"resume"});
  EXPECT_TRUE(BecomesEqual(*leaf));
}

TEST_F(WorkerTrouble, APausedWorkerStopsAtOnce) {
  StartRoot();
  const auto leaf = AddLeaf();
  leaf->MustLondiste({"pause"});
  leaf->worker().Signal(SIGINT);
  EXPECT_EQ(leaf->worker().Wait(5s), 0);
}

TEST_F(WorkerTrouble, AnErrorIsShownAndReplicationGoesOnWhenItsCauseIsGone) {
  StartRoot();
  const auto leaf = AddLeaf();
  leaf->sql().Exec("alter table t add constraint not_seven check (id <> 7)");
  Insert(6, 8);
  EXPECT_TRUE(Eventually(30s, "the error is stored", [&] {
    return leaf->sql().Value("select cur_error from pgq_node.local_state").find("not_seven") !=
           std::string::npos;
  }));
  EXPECT_EQ(leaf->sql().Value("select count(*) from t where id >= 7"), "0");
  leaf->sql().Exec("alter table t drop constraint not_seven");
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 6, 8));
  EXPECT_TRUE(Eventually(30s, "the error is cleared", [&] {
    return leaf->sql().Value("select cur_error from pgq_node.local_state") == "(null)";
  }));
}

TEST_F(WorkerTrouble, ReloadTakesEffectBeforeTheNextBatch) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
  leaf->sql().Exec("set session_replication_role = replica; delete from t where id = 2");
  leaf->DropSession();
  dir_.Write("node2.ini", test_support::ReadWholeFile(leaf->ini()) + "missing_row = error\n");
  leaf->worker().Signal(SIGHUP);
  EXPECT_TRUE(Eventually(30s, "reloaded",
                         [&] { return leaf->Log().find("Config reloaded") != std::string::npos; }));
  root_->sql().Exec("update t set v = 'changed' where id = 2");
  EXPECT_TRUE(Eventually(30s, "the missing row is an error now", [&] {
    return leaf->sql().Value("select cur_error from pgq_node.local_state").find("id=2") !=
           std::string::npos;
  }));
}

TEST_F(WorkerTrouble, ReloadDisturbsNoBatch) {
  StartRoot();
  const auto leaf = AddLeaf();
  // Row by row, and as a set; what both have prepared in the session is used again.
  const auto change = [&](int from) {
    Insert(from, from + 2);
    root_->sql().Exec("insert into t select i, 'many' from generate_series(" +
                      std::to_string(from + 3) + ", " + std::to_string(from + 899) + ") i");
    root_->sql().Exec("update t set v = v || '!' where id >= " + std::to_string(from));
    EXPECT_TRUE(BecomesEqual(*leaf));
  };
  change(1);
  for (int round = 1; round <= 3; ++round) {
    if (round == 3)
      dir_.Write("node2.ini", test_support::ReadWholeFile(leaf->ini()) + "missing_row = ignore\n");
    leaf->worker().Signal(SIGHUP);
    EXPECT_TRUE(Eventually(30s, "reloaded", [&] {
      const std::string log = leaf->Log();
      int times = 0;
      for (auto at = log.find("Config reloaded"); at != std::string::npos;
           at = log.find("Config reloaded", at + 1))
        ++times;
      return times == round;
    }));
    change(1000 * round);
  }
  EXPECT_EQ(leaf->Log().find("ERROR"), std::string::npos) << leaf->Log();
  EXPECT_EQ(leaf->Log().find("already exists"), std::string::npos) << leaf->Log();
}

TEST_F(WorkerTrouble, ReloadWithABrokenFileKeepsTheOldSettings) {
  StartRoot();
  const auto leaf = AddLeaf();
  const std::string good = test_support::ReadWholeFile(leaf->ini());
  dir_.Write("node2.ini", good + "loop_delay = soon\n");
  leaf->worker().Signal(SIGHUP);
  EXPECT_TRUE(Eventually(30s, "refused", [&] {
    return leaf->Log().find("keeping the old settings") != std::string::npos;
  }));
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
}

TEST_F(WorkerTrouble, StatusTellsWhatStopsTheWorkerUntilItIsMended) {
  StartRoot();
  const auto leaf = AddLeaf();
  leaf->sql().Exec("alter table t add constraint short check (length(v) < 20)");
  root_->sql().Exec("insert into t values (1, repeat('long', 10))");
  const std::string told = "ERROR: ";
  EXPECT_TRUE(Eventually(60s, "status tells it", [&] {
    const std::string out = leaf->MustLondiste({"status"}).out;
    return out.find(told) != std::string::npos && out.find("short") != std::string::npos;
  })) << leaf->MustLondiste({"status"}).out;
  // From another node as well, and once, not as a bare message beside it.
  const std::string seen = root_->MustLondiste({"status"}).out;
  EXPECT_NE(seen.find(told), std::string::npos) << seen;
  EXPECT_EQ(seen.find("ERR: "), std::string::npos) << seen;
  EXPECT_NE(leaf->MustLondiste({"tables"}).out.find(told), std::string::npos);

  leaf->sql().Exec("alter table t drop constraint short");
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(Eventually(60s, "and then not any more", [&] {
    return leaf->MustLondiste({"status"}).out.find(told) == std::string::npos;
  }));
}

}  // namespace
}  // namespace e2e
