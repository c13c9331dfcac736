// A node's database behind a connection pooler.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"
#include "support/pgbouncer.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::PgBouncer;
using testing::HasSubstr;

class WorkerPooler : public WorkerStory {
 protected:
  void SetUp() override {
    if (!PgBouncer::Installed())
      GTEST_SKIP() << "pgbouncer is not installed (scripts/setup --tests installs it)";
    StartRoot();
    leaf_ = AddLeaf();
    EXPECT_EQ(leaf_->StopWorker(), 0);
  }
  // From now on the leaf's INI file leads through the pool.
  void GoThroughPool(const std::string& mode, int size) {
    pooler_ = std::make_unique<PgBouncer>(subscriber_, mode, size);
    std::string ini = test_support::ReadWholeFile(leaf_->ini());
    const auto at = ini.find("port=5432");
    ini.replace(at, 9, "port=6432");
    dir_.Write("node2.ini", ini);
  }

  std::unique_ptr<test_support::Node> leaf_;
  std::unique_ptr<PgBouncer> pooler_;
};

TEST_F(WorkerPooler, TransactionModeIsRefusedByWorkerAndCommands) {
  leaf_->sql().Exec("create table child (id int primary key, t int references t)");
  GoThroughPool("transaction", 3);
  leaf_->StartWorker();
  EXPECT_TRUE(Eventually(60s, "refused", [&] {
    return leaf_->Log().find("connection pooler in transaction mode") != std::string::npos;
  }));
  EXPECT_THAT(leaf_->Log(), HasSubstr("pool in session mode"));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"tables"}, {"resync", "t"}, {"pause"}}) {
    const test_support::RunResult result = leaf_->Londiste(command);
    EXPECT_EQ(result.status, 1) << command[0];
    EXPECT_THAT(result.err, HasSubstr("connection pooler in transaction mode")) << command[0];
  }
  // Other clients of the pool keep their foreign keys.
  for (int i = 0; i < 5; ++i) {
    test_support::Sql other(pooler_->Connstr("db_node2"));
    EXPECT_EQ(other.Value("show session_replication_role"), "origin");
    EXPECT_THROW(other.Exec("insert into child values (1, 999)"), std::runtime_error);
  }
}

TEST_F(WorkerPooler, SessionModeReplicates) {
  GoThroughPool("session", 20);
  leaf_->StartWorker();
  Insert(1, 5);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 5));
  leaf_->MustLondiste({"resync", "t"});
  leaf_->MustLondiste({"wait-sync"});
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_EQ(leaf_->StopWorker(), 0);
}

}  // namespace
}  // namespace e2e
