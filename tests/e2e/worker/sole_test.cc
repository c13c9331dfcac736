// One process works for a node: second workers and copies of the database are turned away.
#include <gmock/gmock.h>
#include <signal.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Process;
using test_support::ReadWholeFile;
using test_support::RunResult;
using testing::HasSubstr;
using testing::Not;

class SoleWorker : public WorkerStory {
 protected:
  void SetUp() override {
    StartRoot();
    leaf_ = AddLeaf();
  }

  // The leaf's INI file with other files, and perhaps another database.
  std::string OtherIni(const std::string& name, const std::string& database = "") {
    std::string text = ReadWholeFile(leaf_->ini());
    const auto replace = [&](const std::string& from, const std::string& to) {
      const auto at = text.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    };
    replace(leaf_->log_path(), LogPath(name));
    replace(leaf_->pid_path(), dir_.path() + "/" + name + ".pid");
    if (!database.empty()) replace(leaf_->connstr(), subscriber_.Connstr(database));
    return dir_.Write(name + ".ini", text);
  }
  std::string LogPath(const std::string& name) const { return dir_.path() + "/" + name + ".log"; }
  std::string Log(const std::string& name) const { return ReadWholeFile(LogPath(name)); }

  void CopyLeaf(const std::string& database) {
    EXPECT_EQ(leaf_->StopWorker(), 0);
    leaf_->DropSession();
    subscriber_.CreateDatabase(database, "db_node2");
  }
  void ExpectGoesOn(int from, int to) {
    Insert(from, to);
    EXPECT_TRUE(BecomesEqual(*leaf_));
    EXPECT_TRUE(AppliedOnce(*leaf_, from, to));
    EXPECT_TRUE(leaf_->worker().Running());
  }
  std::string Position() {
    return root_->sql().Value(
        "select last_tick from pgq.get_consumer_info('q_teste_replica', 'node2_worker')");
  }
  std::string Subscribed() {
    return root_->sql().Value(
        "select count(*) from pgq_node.subscriber_info where subscriber_node = 'node2'");
  }

  std::unique_ptr<test_support::Node> leaf_;
};

TEST_F(SoleWorker, ASecondOneIsRefusedAndNamesTheFirst) {
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  Process second({"londiste", OtherIni("second"), "worker"});
  EXPECT_EQ(second.Wait(60s), 1);
  EXPECT_THAT(Log("second"), HasSubstr("another process works for this node of queue"));
  const std::string first = leaf_->sql().Value(
      "select string_agg('server process ' || pid, '|') from pg_locks join pg_stat_activity using "
      "(pid) where locktype = 'advisory' and application_name = 'node2_worker'");
  EXPECT_THAT(Log("second"), testing::ContainsRegex(first));
  EXPECT_THAT(Log("second"), HasSubstr("\"node2_worker\" of role \"postgres\""));
  EXPECT_THAT(Log("second"), HasSubstr("HINT:  "));
  // Under -d the caller hears of it.
  const RunResult background = test_support::Run({"londiste", "-d", OtherIni("third"), "worker"});
  EXPECT_EQ(background.status, 1);
  EXPECT_THAT(background.err, HasSubstr("another process works for this node"));
  ExpectGoesOn(4, 6);
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("ERROR")));
  EXPECT_EQ(leaf_->sql().Value("select cur_error from pgq_node.local_state"), "(null)");
}

TEST_F(SoleWorker, OneThatMayBeDeadIsWaitedFor) {
  leaf_->worker().Signal(SIGSTOP);
  Process second({"londiste", OtherIni("second"), "worker"});
  EXPECT_TRUE(Eventually(60s, "it waits", [&] {
    return Log("second").find("may be left over from a worker") != std::string::npos;
  }));
  EXPECT_TRUE(second.Running());
  leaf_->worker().Kill();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 3));
  EXPECT_EQ(second.Stop(), 0);
}

TEST_F(SoleWorker, APlainRoleCannotKeepItOut) {
  EXPECT_EQ(leaf_->StopWorker(), 0);
  const std::string lock =
      "select pg_advisory_lock(pg_catalog.hashtext('worker of q_teste_replica for node2_worker'), "
      "number) from generate_series(1, 20) number";
  std::vector<std::unique_ptr<test_support::Sql>> sessions;
  for (test_support::Node* node : {root_.get(), leaf_.get()}) {
    node->sql().Exec("create role plain login");
    sessions.push_back(std::make_unique<test_support::Sql>(node->connstr() + " user=plain"));
    sessions.back()->Exec(lock);
  }
  leaf_->StartWorker();
  ExpectGoesOn(1, 3);
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("another process")));
}

TEST_F(SoleWorker, ACopyOfTheDatabaseIsRefused) {
  CopyLeaf("copy");
  leaf_->StartWorker();
  ExpectGoesOn(1, 3);
  const std::string ini = OtherIni("copy", "copy");
  Process worker({"londiste", ini, "worker"});
  EXPECT_EQ(worker.Wait(60s), 1);
  EXPECT_THAT(Log("copy"), HasSubstr("this is not the database of node \"node2\""));
  EXPECT_THAT(Log("copy"), HasSubstr("pgq_node.drop_node('q_teste_replica', 'node2')"));
  const std::string before = Position();
  const RunResult result = test_support::Run({"londiste", ini, "worker", "--rewind"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("this is not the database of node"));
  EXPECT_EQ(Position(), before);
  ExpectGoesOn(4, 6);
}

// Nor does it when the original stands still, or cannot be reached from the copy.
TEST_F(SoleWorker, ACopyThatReachesTheProviderOnlyIsRefusedThere) {
  CopyLeaf("copy");
  test_support::Sql(subscriber_.Connstr("copy"))
      .Exec(
          "update pgq_node.node_location set node_location = 'host=/tmp/nowhere-at-all dbname=x' "
          "where node_name = 'node2'");
  leaf_->StartWorker();
  ExpectGoesOn(1, 3);
  Process worker({"londiste", OtherIni("copy", "copy"), "worker"});
  EXPECT_EQ(worker.Wait(60s), 1);
  EXPECT_THAT(Log("copy"), HasSubstr("could not check whether this is the database of node node2"));
  EXPECT_THAT(Log("copy"), HasSubstr("another process reads queue"));
  ExpectGoesOn(4, 6);
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("ERROR")));
}

TEST_F(SoleWorker, ACopyDoesNotDropTheNodeItIsACopyOf) {
  CopyLeaf("copy");
  const std::string ini = OtherIni("copy", "copy");
  const RunResult result = test_support::Run({"londiste", ini, "drop-node", "node2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("this is not the database of node \"node2\""));
  EXPECT_EQ(Subscribed(), "1");
  // The way out that the hint names.
  test_support::Sql copy(subscriber_.Connstr("copy"));
  copy.Exec("select * from pgq_node.drop_node('q_teste_replica', 'node2')");
  EXPECT_EQ(copy.Value("select count(*) from pgq_node.node_info"), "0");
  EXPECT_EQ(Subscribed(), "1");
  leaf_->StartWorker();
  ExpectGoesOn(1, 3);
  // The node itself is dropped as ever.
  EXPECT_EQ(leaf_->StopWorker(), 0);
  leaf_->MustLondiste({"drop-node", "node2"});
  EXPECT_EQ(Subscribed(), "0");
}

}  // namespace
}  // namespace e2e
