// loop_delay = 0: the worker works on what waits, and ends.
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::ReadWholeFile;

class OnePass : public WorkerStory {
 protected:
  void SetUp() override {
    StartRoot();
    leaf_ = AddLeaf();
    EXPECT_EQ(leaf_->StopWorker(), 0);
    dir_.Write("node2.ini", ReadWholeFile(leaf_->ini()) + "loop_delay = 0\n");
  }
  // Its exit status.
  int Pass(std::map<std::string, std::string> environment = {}) {
    leaf_->StartWorker(std::move(environment));
    const auto status = leaf_->worker().Wait(60s);
    EXPECT_TRUE(status) << leaf_->Log();
    return status.value_or(-1);
  }
  bool Equal() {
    const std::string rows = "select * from t order by id";
    return leaf_->sql().Text(rows) == root_->sql().Text(rows);
  }
  // A tick that covers what was written so far.
  void Tick() {
    root_->sql().Exec("select pgq.force_tick(queue_name) from pgq.queue");
    root_->sql().Exec("select pgq.ticker(queue_name) from pgq.queue");
  }

  std::unique_ptr<test_support::Node> leaf_;
};

TEST_F(OnePass, AppliesWhatWaitsAndEnds) {
  Insert(1, 50);
  Tick();
  EXPECT_EQ(Pass(), 0);
  EXPECT_TRUE(Equal());
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 50));
  // Nothing waits.
  EXPECT_EQ(Pass(), 0);
  EXPECT_EQ(leaf_->Log().find("ERROR"), std::string::npos) << leaf_->Log();
}

TEST_F(OnePass, ACopyIsWaitedFor) {
  Insert(1, 50);
  Tick();
  EXPECT_EQ(leaf_->MustLondiste({"resync", "t"}).status, 0);
  EXPECT_EQ(Pass(), 0);
  EXPECT_EQ(leaf_->sql().Value("select merge_state from londiste.table_info"), "ok");
  EXPECT_TRUE(Equal());
}

TEST_F(OnePass, AnErrorEndsIt) {
  leaf_->sql().Exec("alter table t add constraint short check (length(v) < 20)");
  root_->sql().Exec("insert into t values (1, repeat('long', 10))");
  Tick();
  EXPECT_EQ(Pass(), 1);
  EXPECT_NE(leaf_->Log().find("violates check constraint \"short\""), std::string::npos)
      << leaf_->Log();
  EXPECT_NE(leaf_->MustLondiste({"status"}).out.find("short"), std::string::npos);
  leaf_->sql().Exec("alter table t drop constraint short");
  EXPECT_EQ(Pass(), 0);
  EXPECT_TRUE(Equal());
}

TEST_F(OnePass, OneThatWasKilledIsMadeGoodByTheNext) {
  Insert(1, 20);
  Tick();
  EXPECT_EQ(Pass({{"SKYTOOLS_FAILPOINT", "batch_after_commit=kill"}}), 128 + 9);
  EXPECT_EQ(Pass(), 0);
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 20));
}

TEST_F(OnePass, ARootsAndAPausedWorkerEnd) {
  EXPECT_EQ(leaf_->MustLondiste({"pause"}).status, 0);
  EXPECT_EQ(Pass(), 0);
  EXPECT_EQ(root_->StopWorker(), 0);
  dir_.Write("node1.ini", ReadWholeFile(root_->ini()) + "loop_delay = -1\n");
  root_->StartWorker();
  EXPECT_EQ(root_->worker().Wait(60s), 0) << root_->Log();
}

}  // namespace
}  // namespace e2e
