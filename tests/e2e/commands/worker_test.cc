// Commands that talk to a running worker, and the worker's own process.
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "commands_fixture.h"
#include "support/tree.h"

namespace commands_test {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Process;
using testing::HasSubstr;
using testing::Not;

class CommandsWorker : public CommandsTest {
 protected:
  CommandsWorker() {
    root_.CreateRoot();
    leaf_.CreateLeaf(root_);
    // Not for the databases of all other tests as well, each of which would take a session.
    pgqd_ = test_support::StartPgqd(dir_, server(), "pgqd", "database_list = " + root_.database());
    leaf_.StartWorker();
    EXPECT_TRUE(Eventually(30s, "worker is up to date", [&] { return Uptodate() == "t"; }));
  }
  std::string Uptodate() {
    return leaf_.sql().Value(
        "select uptodate from pgq_node.get_consumer_info('q') where consumer_name = "
        "'node2_worker'");
  }

  Node root_ = MakeNode("node1");
  Node leaf_ = MakeNode("node2");
  std::unique_ptr<Process> pgqd_;
};

TEST_F(CommandsWorker, PauseHoldsBatchesUntilResume) {
  root_.sql().Exec("create table t (id int primary key)");
  leaf_.sql().Exec("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  leaf_.MustLondiste({"add-table", "t", "--expect-sync"});
  leaf_.MustLondiste({"pause"});
  EXPECT_EQ(Uptodate(), "t");
  root_.sql().Exec("insert into t values (1)");
  std::string tick = leaf_.sql().Value("select worker_last_tick from pgq_node.get_node_info('q')");
  EXPECT_TRUE(Eventually(30s, "a tick after the pause", [&] {
    return std::stoll(root_.sql().Value("select max(tick_id) from pgq.tick")) > std::stoll(tick);
  }));
  EXPECT_EQ(leaf_.sql().Value("select count(*) from t"), "0");
  EXPECT_THAT(leaf_.MustLondiste({"status"}).out, HasSubstr(", PAUSED"));
  EXPECT_THAT(leaf_.MustLondiste({"pause"}).err, HasSubstr("Consumer node2_worker already paused"));
  leaf_.MustLondiste({"resume"});
  EXPECT_TRUE(Eventually(30s, "the row arrives",
                         [&] { return leaf_.sql().Value("select count(*) from t") == "1"; }));
  EXPECT_THAT(leaf_.MustLondiste({"resume"}).err,
              HasSubstr("Consumer node2_worker already resumed"));
}

TEST_F(CommandsWorker, SaysWhyNothingArrives) {
  root_.sql().Exec("create table t (id int primary key)");
  leaf_.sql().Exec("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  leaf_.MustLondiste({"pause"});
  leaf_.MustLondiste({"add-table", "t"});
  root_.sql().Exec("insert into t values (1)");
  for (const char* command : {"wait-sync", "wait-root", "wait-provider"}) {
    Process waiting({"londiste", leaf_.ini(), command});
    EXPECT_TRUE(Eventually(
        30s, "the reason",
        [&] {
          return waiting.Stderr().find(
                     "worker \"node2_worker\" is paused: run resume to let it continue") !=
                 std::string::npos;
        }))
        << command << waiting.Stderr();
    waiting.Kill();
  }
  EXPECT_EQ(leaf_.StopWorker(), 0);
  for (const char* command : {"wait-sync", "wait-root", "wait-provider"}) {
    Process waiting({"londiste", leaf_.ini(), command});
    EXPECT_TRUE(Eventually(30s, "the reason",
                           [&] {
                             return waiting.Stderr().find(
                                        "worker \"node2_worker\" is not running here") !=
                                    std::string::npos;
                           }))
        << command << waiting.Stderr();
    waiting.Kill();
  }
}

TEST_F(CommandsWorker, WaitSyncShowsItsProgressOnATerminal) {
  root_.sql().Exec("create table t (id int primary key)");
  leaf_.sql().Exec("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  EXPECT_EQ(leaf_.StopWorker(), 0);
  leaf_.MustLondiste({"add-table", "t"});
  Process elsewhere({"londiste", leaf_.ini(), "wait-sync"});
  Process waiting({"/usr/bin/script", "-qec",
                   test_support::BinDir() + "/londiste " + leaf_.ini() + " wait-sync",
                   "/dev/null"});
  EXPECT_TRUE(Eventually(30s, "progress", [&] {
    return waiting.Stdout().find("\r[------------------------] 0 %  0/1 tables") !=
           std::string::npos;
  }));
  leaf_.sql().Exec("update londiste.table_info set merge_state = 'ok'");
  EXPECT_EQ(waiting.Wait(30s), 0);
  // The line is gone before another one is written.
  EXPECT_THAT(waiting.Stdout(),
              testing::ContainsRegex("\r.\\[K[-0-9 :,]+ INFO public.t: finished"));
  EXPECT_EQ(elsewhere.Wait(30s), 0);
  EXPECT_THAT(elsewhere.Stderr(), Not(HasSubstr("0/1 tables")));
}

TEST_F(CommandsWorker, SaysThatTheTickerIsMissing) {
  pgqd_.reset();
  root_.sql().Exec("select pgq.insert_event('q', 'test', '')");
  Process waiting({"londiste", leaf_.ini(), "wait-root"});
  EXPECT_TRUE(Eventually(60s, "the reason", [&] {
    const std::string words = waiting.Stderr();
    return words.find("node1 made no tick for ") != std::string::npos &&
           words.find("s: is pgqd running there?") != std::string::npos;
  })) << waiting.Stderr();
  waiting.Kill();
}

TEST_F(CommandsWorker, LogsItsStartAndEnd) {
  const std::string start =
      "Starting londiste 4.0: node \"node2\" (leaf) of q, file " + leaf_.ini() + "\n";
  EXPECT_TRUE(Eventually(30s, "the start is logged", [&] {
    return leaf_.Log().find(start) != std::string::npos;
  })) << leaf_.Log();
  EXPECT_EQ(leaf_.StopWorker(), 0);
  EXPECT_THAT(leaf_.Log(), testing::EndsWith("Stopped\n"));
}

TEST_F(CommandsWorker, PauseWithoutAWorkerTakesEffectLater) {
  EXPECT_EQ(leaf_.StopWorker(), 0);
  RunResult result = leaf_.MustLondiste({"pause"});
  EXPECT_THAT(
      result.err,
      HasSubstr("worker \"node2_worker\" is not running here: it will be paused when it starts"));
  EXPECT_EQ(leaf_.sql().Value("select paused from pgq_node.get_consumer_info('q')"), "t");
}

TEST_F(CommandsWorker, WaitRootSeesEverythingCommittedBefore) {
  root_.sql().Exec("create table t (id int primary key)");
  leaf_.sql().Exec("create table t (id int primary key)");
  root_.MustLondiste({"add-table", "t"});
  leaf_.MustLondiste({"add-table", "t"});
  leaf_.MustLondiste({"wait-sync"});
  EXPECT_EQ(leaf_.sql().Value("select merge_state from londiste.table_info"), "ok");
  for (const char* command : {"wait-root", "wait-provider"}) {
    root_.sql().Exec("insert into t select coalesce(max(id), 0) + 1 from t");
    leaf_.MustLondiste({command});
    EXPECT_EQ(leaf_.sql().Value("select count(*) from t"),
              root_.sql().Value("select count(*) from t"))
        << command;
  }
  EXPECT_THAT(root_.MustLondiste({"wait-root"}).err, HasSubstr("this node is the root"));
}

TEST_F(CommandsWorker, WaitSyncReportsEachTable) {
  for (Node* node : {&root_, &leaf_})
    node->sql().Exec("create table t (id int primary key); create table u (id int primary key)");
  root_.sql().Exec("insert into t select generate_series(1, 1000)");
  root_.MustLondiste({"add-table", "t", "u"});
  RunResult result = leaf_.MustLondiste({"add-table", "t", "u", "--wait-sync"});
  EXPECT_THAT(result.err, HasSubstr("Waiting until all tables are in sync"));
  EXPECT_THAT(result.err, HasSubstr("(2/2)"));
  EXPECT_THAT(result.err, HasSubstr("All done"));
  EXPECT_EQ(leaf_.sql().Value("select count(*) from t"), "1000");
  result = leaf_.MustLondiste({"resync", "t", "--wait-sync"});
  EXPECT_THAT(result.err, HasSubstr("public.t: finished (1/1)"));
}

TEST_F(CommandsWorker, SecondWorkerIsRefusedWithThePid) {
  for (std::vector<std::string> words : {std::vector<std::string>{"worker"}, {"-d", "worker"}}) {
    RunResult result = leaf_.Londiste(words);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.out, HasSubstr("Pidfile exists, another process running? (pid " +
                                      std::to_string(leaf_.worker().pid()) + ","));
  }
}

TEST_F(CommandsWorker, SignalOptionsReachTheWorker) {
  RunResult result = leaf_.MustLondiste({"-r"});
  EXPECT_THAT(result.err,
              HasSubstr("sent SIGHUP to process " + std::to_string(leaf_.worker().pid())));
  EXPECT_TRUE(Eventually(30s, "configuration is read again",
                         [&] { return leaf_.Log().find("Config reloaded") != std::string::npos; }));
  EXPECT_TRUE(leaf_.worker().Running());
  leaf_.MustLondiste({"-s"});
  EXPECT_EQ(leaf_.worker().Wait(30s), 0);
  EXPECT_FALSE(std::filesystem::exists(leaf_.pid_path()));
  leaf_.StartWorker();
  EXPECT_TRUE(Eventually(30s, "the pid file is back",
                         [&] { return std::filesystem::exists(leaf_.pid_path()); }));
  leaf_.MustLondiste({"-k"});
  EXPECT_EQ(leaf_.worker().Wait(30s), 0);
  EXPECT_FALSE(std::filesystem::exists(leaf_.pid_path()));
}

TEST_F(CommandsWorker, DaemonReturnsWhenStartedAndTakesOverAStalePidFile) {
  leaf_.worker().Kill();
  EXPECT_TRUE(std::filesystem::exists(leaf_.pid_path())) << "kill -9 leaves it";
  leaf_.MustLondiste({"-d", "worker"});
  pid_t pid = std::stoi(test_support::ReadWholeFile(leaf_.pid_path()));
  EXPECT_EQ(kill(pid, 0), 0);
  EXPECT_THAT(leaf_.Log(), HasSubstr("Ignoring stale pidfile"));
  leaf_.MustLondiste({"-s"});
  EXPECT_TRUE(Eventually(30s, "the daemon ends",
                         [&] { return !std::filesystem::exists(leaf_.pid_path()); }));
}

TEST_F(CommandsWorker, InterruptEndsAWaitingCommand) {
  leaf_.worker().Signal(SIGSTOP);
  Process command({"londiste", leaf_.ini(), "pause"});
  EXPECT_TRUE(Eventually(30s, "the flag is set", [&] {
    return leaf_.sql().Value("select paused from pgq_node.get_consumer_info('q')") == "t";
  }));
  command.Signal(SIGINT);
  EXPECT_EQ(command.Wait(10s), 1);
  leaf_.worker().Signal(SIGCONT);
}

}  // namespace
}  // namespace commands_test
