// A provider that gives ticks out again: a standby that lacked changes was promoted, a dump was
// restored, a clone took its place. Real servers, and the commands of docs/howto/restore.md.
#include <gmock/gmock.h>

#include <unistd.h>

#include <sstream>

#include "e2e/worker_fixture.h"
#include "londiste/worker/wake_channel.h"
#include "support/standby.h"
#include "support/tree.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;
using testing::Not;

// The commands of the page's section, as they are written there.
std::vector<std::string> PageCommands(const std::string& wanted_section) {
  std::istringstream page(
      test_support::ReadWholeFile(test_support::SourceDir() + "/docs/howto/restore.md"));
  std::vector<std::string> commands;
  for (std::string line, section; std::getline(page, line);) {
    if (line.starts_with("#")) section = line.substr(line.find(' ') + 1);
    if (section == wanted_section &&
        (line.starts_with("    londiste ") || line.starts_with("    select ")))
      commands.push_back(line.substr(4, line.find("  #") - 4));
  }
  return commands;
}

class LostTimeStory : public WorkerStory {
 protected:
  void SetUp() override {
    StartRoot();
    leaf_ = AddLeaf();
    Insert(1, 3);
    ASSERT_TRUE(BecomesEqual(*leaf_));
  }
  void TearDown() override {
    test_support::Run({"londiste", leaf_->ini(), "-k"});
    EXPECT_TRUE(Eventually(30s, "the daemon ends",
                           [&] { return access(leaf_->pid_path().c_str(), F_OK) != 0; }));
    if (HasFailure()) std::cerr << leaf_->Log();
  }
  // The leaf has `from` to `to`, and the provider dies with them.
  void OnlyTheLeafHas(int from, int to) {
    Insert(from, to);
    ASSERT_TRUE(BecomesEqual(*leaf_));
    root_->StopWorker();
    pgqd_->Stop();
    pgqd_.reset();
    root_->DropSession();
    provider_.Stop();
  }
  // node1 is here from now on, as the page tells.
  void ProviderIs(test_support::PostgresServer& server, const std::string& database) {
    root_ = std::make_unique<Node>(dir_, server, database, "node1");
    pgqd_ = test_support::StartPgqd(dir_, server);
    const std::vector<std::string> commands = PageCommands("Where the provider is now");
    ASSERT_EQ(commands.size(), 1u);
    std::string command = commands[0];
    const std::string place = "CONNECT STRING";
    command.replace(command.find(place), place.size(), root_->connstr());
    for (Node* node : {root_.get(), leaf_.get()}) node->sql().Exec(command);
    leaf_->sql().Exec("select pg_notify('" + londiste::worker::WakeChannel("q_teste_replica") +
                      "', '')");
  }
  std::string Condition() {
    return leaf_->sql().Value(
        "select kind || ' ' || severity || ': ' || message from pgq.condition");
  }
  testing::AssertionResult StoppedForLostTime() {
    return Eventually(60s, "the condition", [&] {
      return Condition().starts_with(
          "provider_lost_time error: node \"node2\" is ahead of its provider \"node1\" by ");
    });
  }
  // The provider's numbers pass the leaf's, which has seen it and stands still.
  void NumbersCatchUp() {
    ASSERT_TRUE(Eventually(60s, "later ticks", [&] {
      Insert(next_id_, next_id_);
      ++next_id_;
      return root_->sql().Value("select max(tick_id) > " + Completed() + " + 1 from pgq.tick") ==
             "t";
    }));
    EXPECT_TRUE(Eventually(60s, "another tick with that number", [&] {
      return Condition().find("is another one there, of ") != std::string::npos ||
             Condition().find("is not there") != std::string::npos;
    }));
  }
  std::string Completed() {
    return leaf_->sql().Value(
        "select worker_last_tick from pgq_node.get_node_info('q_teste_replica')");
  }
  // The way out, as the page has it.
  void PlayThePage() {
    const std::vector<std::string> commands = PageCommands("A leaf");
    ASSERT_EQ(commands.size(), 5u);
    for (std::string command : commands) {
      const std::string ini = "node2.ini";
      command.replace(command.find(ini), ini.size(), leaf_->ini());
      const auto result =
          test_support::Run({"/bin/sh", "-c", command},
                            {{{"PATH", test_support::BinDir() + ":" + std::getenv("PATH")}}, ""});
      ASSERT_EQ(result.status, 0) << command << "\n" << result.out << result.err;
      if (command.find(" -s") == std::string::npos) continue;
      ASSERT_TRUE(Eventually(30s, "the worker ends", [&] { return !leaf_->worker().Running(); }));
    }
    ASSERT_TRUE(BecomesEqual(*leaf_));
    Insert(50, 52);
    EXPECT_TRUE(BecomesEqual(*leaf_));
    EXPECT_TRUE(Eventually(30s, "the condition has ended", [&] { return Condition() == "(none)"; }))
        << Condition();
  }

  std::unique_ptr<Node> leaf_;
  int next_id_ = 1000;
  test_support::PostgresServer other_;
};

TEST_F(LostTimeStory, FailoverToAStandbyThatLackedChanges) {
  test_support::MakeStandby(other_, provider_);
  test_support::Disconnect(other_);
  ASSERT_NO_FATAL_FAILURE(OnlyTheLeafHas(4, 6));
  test_support::Promote(other_);
  ASSERT_NO_FATAL_FAILURE(ProviderIs(other_, "db1"));
  Insert(7, 8);
  EXPECT_TRUE(StoppedForLostTime());
  EXPECT_THAT(Condition(), HasSubstr("; the provider's server is on timeline 2 now, it was on 1"));
  EXPECT_THAT(leaf_->Londiste({"status"}).out,
              HasSubstr("node \"node2\" is ahead of its provider"));
  EXPECT_EQ(leaf_->StopWorker(), 0);
  const auto rewind = leaf_->Londiste({"worker", "--rewind"});
  EXPECT_EQ(rewind.status, 1);
  EXPECT_THAT(rewind.out + rewind.err, HasSubstr("node \"node2\" is ahead of its provider"));
  leaf_->StartWorker();
  ASSERT_NO_FATAL_FAILURE(NumbersCatchUp());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where id > 6"), "0");
  ASSERT_NO_FATAL_FAILURE(PlayThePage());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where id between 4 and 6"), "0");
}

TEST_F(LostTimeStory, FailoverToAStandbyThatHasEverythingIsNothingToTell) {
  test_support::MakeStandby(other_, provider_);
  Insert(4, 6);
  ASSERT_TRUE(BecomesEqual(*leaf_));
  test_support::Sql standby(other_.Connstr("db1"));
  // Everything that the leaf has; the worker's own last words may be missing.
  ASSERT_TRUE(Eventually(30s, "the standby has the leaf's tick", [&] {
    return standby.Value("select count(*) from pgq.tick where tick_id = " + Completed()) == "1";
  }));
  root_->worker().Kill();
  pgqd_->Kill();
  pgqd_.reset();
  root_->DropSession();
  provider_.Kill();
  test_support::Promote(other_);
  ASSERT_NO_FATAL_FAILURE(ProviderIs(other_, "db1"));
  Insert(7, 9);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_TRUE(AppliedOnce(*leaf_, 1, 9));
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("is ahead of")));
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("Lost position")));
  EXPECT_EQ(leaf_->sql().Value("select timeline from pgq_node.position_proof where consumer_name = "
                               "'node2_worker'"),
            "2");
}

// The snapshot of its COPY speaks of transactions that the promoted server may number anew.
TEST_F(LostTimeStory, ACopyUnderWayStartsOverAfterAFailover) {
  for (Node* node : {root_.get(), leaf_.get()})
    node->sql().Exec("create table u (id int primary key)");
  root_->sql().Exec("insert into u select generate_series(1, 100)");
  root_->MustLondiste({"add-table", "u"});
  test_support::MakeStandby(other_, provider_);
  EXPECT_EQ(leaf_->StopWorker(), 0);
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_commit=kill"}});
  leaf_->MustLondiste({"add-table", "u"});
  ASSERT_TRUE(Eventually(60s, "killed after the COPY", [&] { return !leaf_->worker().Running(); }));
  ASSERT_EQ(leaf_->sql().Value("select merge_state from londiste.table_info where table_name = "
                               "'public.u'"),
            "catching-up");
  test_support::Sql standby(other_.Connstr("db1"));
  ASSERT_TRUE(Eventually(30s, "the standby has the copy's consumer", [&] {
    return standby.Value(
               "select count(*) from pgq.get_consumer_info('q_teste_replica', "
               "'node2_worker.copy.public.u')") == "1" &&
           standby.Value("select count(*) from pgq.tick where tick_id = " + Completed()) == "1";
  }));
  root_->worker().Kill();
  pgqd_->Kill();
  pgqd_.reset();
  root_->DropSession();
  provider_.Kill();
  test_support::Promote(other_);
  ASSERT_NO_FATAL_FAILURE(ProviderIs(other_, "db1"));
  root_->sql().Exec("insert into u values (101)");
  leaf_->StartWorker();
  EXPECT_TRUE(test_support::EventuallyEqual(
      60s, [&] { return test_support::TableDigest(root_->sql(), "u"); },
      [&] { return test_support::TableDigest(leaf_->sql(), "u"); }));
  EXPECT_THAT(leaf_->Log(), HasSubstr("public.u: node node1 was restored or failed over since the "
                                      "table was copied: the copy starts over"));
  EXPECT_THAT(leaf_->Log(), Not(HasSubstr("copy continues")));
}

TEST_F(LostTimeStory, ARestoredDump) {
  const auto dump = [&](const std::string& command) {
    const auto result = test_support::Run(
        {"/bin/sh", "-c", "PATH='" + test_support::PostgresBinDir() + "':$PATH; " + command});
    ASSERT_EQ(result.status, 0) << command << result.err;
  };
  const std::string file = dir_.path() + "/dump";
  ASSERT_NO_FATAL_FAILURE(dump("pg_dump -Fc -f " + file + " -d '" + root_->connstr() + "'"));
  Insert(4, 6);
  ASSERT_TRUE(BecomesEqual(*leaf_));
  root_->StopWorker();
  pgqd_->Stop();
  root_->DropSession();
  provider_.CreateDatabase("restored");
  ASSERT_NO_FATAL_FAILURE(dump("pg_restore -d '" + provider_.Connstr("restored") + "' " + file));
  provider_.DropDatabase("db1");
  ASSERT_NO_FATAL_FAILURE(ProviderIs(provider_, "restored"));
  EXPECT_TRUE(StoppedForLostTime());
  ASSERT_NO_FATAL_FAILURE(NumbersCatchUp());
  ASSERT_NO_FATAL_FAILURE(PlayThePage());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where id between 4 and 6"), "0");
}

TEST_F(LostTimeStory, AClone) {
  test_support::MakeClone(other_, provider_);
  ASSERT_NO_FATAL_FAILURE(OnlyTheLeafHas(4, 6));
  ASSERT_NO_FATAL_FAILURE(ProviderIs(other_, "db1"));
  Insert(7, 8);
  EXPECT_TRUE(StoppedForLostTime());
  ASSERT_NO_FATAL_FAILURE(NumbersCatchUp());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where id > 6"), "0");
  ASSERT_NO_FATAL_FAILURE(PlayThePage());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where id between 4 and 6"), "0");
}

// What it makes again are the same ticks.
class BranchLostTimeStory : public WorkerStory {
 protected:
  void Register(const std::string& node, Node& in, const std::string& location) {
    in.sql().Exec("select pgq_node.register_location('q_teste_replica', '" + node + "', '" +
                  location + "', false)");
  }
  test_support::PostgresServer standby_, far_;
};

TEST_F(BranchLostTimeStory, TheNodesBelowWaitUntilItHasItsTicksAgain) {
  StartRoot();
  auto branch = AddBranch();
  auto leaf = AddNode("leaf", "node3", *branch, far_);
  Insert(1, 3);
  ASSERT_TRUE(BecomesEqual(*leaf));
  test_support::MakeStandby(standby_, subscriber_);
  test_support::Disconnect(standby_);
  Insert(4, 6);
  ASSERT_TRUE(BecomesEqual(*leaf));
  branch->worker().Kill();
  branch->DropSession();
  subscriber_.Kill();
  test_support::Promote(standby_);
  branch = std::make_unique<Node>(dir_, standby_, branch->database(), "node2");
  for (Node* node : {root_.get(), branch.get(), leaf.get()})
    Register("node2", *node, branch->connstr());
  branch->StartWorker();
  const auto says = [](Node& node, const std::string& start) {
    return Eventually(
               60s, start,
               [&] {
                 return node.sql().Value("select message from pgq.condition").starts_with(start);
               })
           << node.Log();
  };
  EXPECT_TRUE(says(*branch, "Lost position: batch "));
  EXPECT_TRUE(says(*leaf, "node \"node3\" is ahead of its provider \"node2\" by "));
  Insert(7, 7);
  EXPECT_EQ(branch->StopWorker(), 0);
  const std::vector<std::string> commands = PageCommands("A subscriber that lost time");
  ASSERT_EQ(commands, std::vector<std::string>{"londiste node2.ini worker --rewind"});
  branch->MustLondiste({"worker", "--rewind"});
  branch->StartWorker();
  EXPECT_TRUE(BecomesEqual(*branch));
  EXPECT_TRUE(BecomesEqual(*leaf));
  Insert(8, 9);
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 9));
  EXPECT_TRUE(Eventually(30s, "the condition has ended", [&] {
    return leaf->sql().Value("select message from pgq.condition") == "(none)";
  }));
}

}  // namespace
}  // namespace e2e
