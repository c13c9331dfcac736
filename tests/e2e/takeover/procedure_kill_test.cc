// Procedures whose command dies at any step: run again they come to the end, put back they leave no
// trace, and in between `status` says what is to be done.
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <utility>

#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Node;
using test_support::RunResult;

constexpr int kKilled = 128 + 9;

class ProcedureKill : public TakeoverStory {
 protected:
  RunResult RunWith(const Node& node, std::vector<std::string> words,
                    const std::string& failpoint) {
    std::vector<std::string> command = {"londiste", node.ini()};
    command.insert(command.end(), words.begin(), words.end());
    return test_support::Run(
        command, {.environment = {{"SKYTOOLS_FAILPOINT", failpoint}}, .directory = dir_.path()});
  }
  // Kills the command after its n-th step and runs it again. False: it has fewer steps.
  bool KilledAndContinued(const Node& node, const std::vector<std::string>& words, int n) {
    SCOPED_TRACE(words[0] + ", killed after step " + std::to_string(n));
    const auto first = RunWith(node, words, "procedure_after_step=kill@" + std::to_string(n));
    if (first.status == 0) return false;
    EXPECT_EQ(first.status, kKilled) << first.out << first.err;
    const auto status = node.MustLondiste({"status"});
    EXPECT_NE(status.out.find("has not ended"), std::string::npos) << status.out;
    EXPECT_NE(status.out.find(" " + words[0]), std::string::npos) << status.out;
    const auto again = RunWith(node, words, "");
    EXPECT_EQ(again.status, 0) << again.out << again.err;
    return true;
  }
};

TEST_F(ProcedureKill, ASwitchoverThatIsKilledIsContinued) {
  StartCascade();
  int n = 1;
  for (std::string next = "node2"; KilledAndContinued(node("node3"), {"switchover", next}, n);
       ++n, next = next == "node1" ? "node2" : "node1") {
    ASSERT_EQ(Type(next), "root");
    ExpectAllFollow(node(next));
    ExpectAtRest();
    if (HasFailure()) FAIL() << "after step " << n;
  }
  EXPECT_GT(n, 10);
}

TEST_F(ProcedureKill, ASwitchoverThatIsKilledIsPutBack) {
  StartCascade();
  // Before the new root is promoted.
  for (int n = 1;; ++n) {
    SCOPED_TRACE("killed before step " + std::to_string(n));
    const auto first = RunWith(node("node2"), {"switchover", "node2"},
                               "procedure_before_step=kill@" + std::to_string(n));
    ASSERT_EQ(first.status, kKilled);
    const auto back = RunWith(node("node2"), {"switchover", "node2", "--undo"}, "");
    if (back.status != 0) {
      EXPECT_NE(back.err.find("past the point of no return"), std::string::npos) << back.err;
      EXPECT_GT(n, 6);
      EXPECT_EQ(RunWith(node("node2"), {"switchover", "node2"}, "").status, 0);
      EXPECT_EQ(Type("node2"), "root");
      ExpectAllFollow(node("node2"));
      ExpectAtRest();
      return;
    }
    ASSERT_EQ(Type("node1"), "root");
    ExpectAllFollow(*root_);
    ExpectAtRest();
    if (HasFailure()) FAIL();
  }
}

TEST_F(ProcedureKill, AFailingStepPutsEverythingBack) {
  StartCascade();
  for (int n = 1; n <= 6; ++n) {
    const auto result = RunWith(node("node2"), {"switchover", "node2"},
                                "procedure_before_step=error@" + std::to_string(n));
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("Everything was put back"), std::string::npos) << result.err;
    EXPECT_EQ(Type("node1"), "root");
    ExpectAllFollow(*root_);
    ExpectAtRest();
  }
}

TEST_F(ProcedureKill, AChangeOfProviderThatIsKilledIsContinued) {
  StartCascade();
  int n = 1;
  for (std::string next = "node2";
       KilledAndContinued(node("node4"), {"change-provider", "--provider=" + next}, n);
       ++n, next = next == "node2" ? "node3" : "node2") {
    ASSERT_EQ(Provider("node4"), next);
    ExpectAllFollow(*root_);
    ExpectAtRest();
    if (HasFailure()) FAIL() << "after step " << n;
  }
  EXPECT_GT(n, 4);
}

TEST_F(ProcedureKill, TakingOverFromABranchIsContinued) {
  StartCascade();
  std::string next = "node2", old = "node3";
  int n = 1;
  for (; KilledAndContinued(node(next), {"takeover", old, "--all"}, n); ++n, std::swap(next, old)) {
    ASSERT_EQ(Provider(old), next);
    ASSERT_EQ(Provider("node4"), next);
    ExpectAllFollow(*root_);
    ExpectAtRest();
    if (HasFailure()) FAIL() << "after step " << n;
  }
  EXPECT_GT(n, 10);
}

TEST_F(ProcedureKill, ANewNameIsGivenToTheEnd) {
  StartCascade();
  std::string name = "node3", other = "third";
  int n = 1;
  for (; KilledAndContinued(node("node2"), {"rename-node", name, other}, n);
       ++n, std::swap(name, other)) {
    ASSERT_EQ(Provider("node4"), other);
    ExpectAllFollow(*root_);
    ExpectAtRest();
    if (HasFailure()) FAIL() << "after step " << n;
  }
  EXPECT_GT(n, 5);  // what the queue itself has brought in time is no step
  // Before anybody has forgotten the old name it can be put back.
  const bool was_third = n % 2 == 0;
  EXPECT_EQ(
      RunWith(node("node2"), {"rename-node", "node4", "fourth"}, "procedure_after_step=kill@3")
          .status,
      kKilled);
  EXPECT_EQ(RunWith(node("node2"), {"rename-node", "node4", "fourth", "--undo"}, "").status, 0);
  EXPECT_EQ(node("node1").sql().Text("select node_name from pgq_node.node_location order by 1"),
            std::string("node1\nnode2\n") + (was_third ? "node3\nnode4\n" : "node4\nthird\n"));
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

TEST_F(ProcedureKill, TakingOverFromADeadRootAndItsReturnAreContinued) {
  StartCascade();
  bool more = true;
  for (int n = 1; more; ++n) {
    SCOPED_TRACE("step " + std::to_string(n));
    more =
        KilledAndContinued(node("node2"), {"takeover", "node1", "--dead-root", "--dead=node1"}, n);
    ASSERT_EQ(Type("node2"), "root");
    InsertOn(*root_, 100000 + n, 100000 + n);  // lost: the old root lives, in truth
    more = KilledAndContinued(*root_, {"resurrect"}, n) || more;
    ASSERT_EQ(Type("node1"), "branch");
    EXPECT_EQ(remove((dir_.path() + "/resurrect-lost-events.json").c_str()), 0);
    root_->MustLondiste({"wait-sync"});
    ExpectAllFollow(node("node2"));
    ExpectAtRest();
    EXPECT_EQ(RunWith(node("node2"), {"switchover", "node1", "--all"}, "").status, 0);
    ExpectAllFollow(*root_);
    if (HasFailure()) FAIL();
  }
}

// While the command stands before one of its steps, a worker or a server dies and comes back.
class ProcedureAround : public ProcedureKill {
 protected:
  std::string HoldFile() const { return dir_.path() + "/hold"; }
  // False: the command has fewer steps.
  bool RunHeld(const Node& at, const std::vector<std::string>& words, int n,
               const std::function<void()>& meanwhile) {
    std::vector<std::string> command = {"londiste", at.ini()};
    command.insert(command.end(), words.begin(), words.end());
    test_support::Process process(
        command,
        {.environment = {{"SKYTOOLS_FAILPOINT", "procedure_before_step=hold@" + std::to_string(n)},
                         {"SKYTOOLS_FAILPOINT_HOLD", HoldFile()}},
         .directory = dir_.path()});
    const auto held = [&] { return access(HoldFile().c_str(), F_OK) == 0; };
    EXPECT_TRUE(test_support::Eventually(60s, "it stands there, or has ended",
                                         [&] { return held() || !process.Running(); }));
    if (!held()) return false;
    held_ = &process;
    meanwhile();
    remove(HoldFile().c_str());
    const auto status = process.Wait(120s);
    held_status_ = status.value_or(-1);
    EXPECT_TRUE(status.has_value());
    if (status == 0) return true;
    EXPECT_EQ(status, 1) << process.Stderr();
    // Everybody is back: now it comes to the end.
    const auto again = RunWith(at, words, "");
    EXPECT_EQ(again.status, 0) << process.Stderr() << "\n" << again.err;
    return true;
  }
  // Its thread for signals takes it while the step stands still.
  static testing::AssertionResult SignalIsTaken(test_support::Process& process) {
    return test_support::Eventually(60s, "the signal is taken", [&] {
      return test_support::ReadWholeFile("/proc/" + std::to_string(process.pid()) + "/status")
                 .find("ShdPnd:\t0000000000000000") != std::string::npos;
    });
  }
  test_support::Process* held_ = nullptr;  // during `meanwhile`
  int held_status_ = -1;
  void KillWorker(Node& node) {
    node.worker().Kill();
    node.StartWorker();
  }
  void Crash(test_support::PostgresServer& server) {
    server.CrashRestart();
    root_->DropSession();
    for (const auto& [name, other] : others_) other->DropSession();
  }
};

TEST_F(ProcedureAround, WorkersAndServersDieDuringASwitchover) {
  StartCascade();
  std::string next = "node2", now = "node1";
  bool more = true;
  for (int n = 1; more; ++n) {
    const std::vector<std::pair<std::string, std::function<void()>>> deaths = {
        {"the new root's worker", [&] { KillWorker(node(next)); }},
        {"the old root's worker", [&] { KillWorker(node(now)); }},
        {"the new root's server", [&] { Crash(node(next).server()); }},
        {"the old root's server", [&] { Crash(node(now).server()); }}};
    for (std::size_t i = 0; i < deaths.size() && more; ++i) {
      if ((i + static_cast<std::size_t>(n)) % 2) continue;
      SCOPED_TRACE(deaths[i].first + " dies before step " + std::to_string(n));
      more = RunHeld(node("node3"), {"switchover", next}, n, deaths[i].second);
      ASSERT_EQ(Type(next), "root");
      ExpectAllFollow(node(next));
      ExpectAtRest();
      if (HasFailure()) FAIL();
      std::swap(next, now);
    }
  }
}

TEST_F(ProcedureAround, WorkersAndServersDieDuringAChangeOfProvider) {
  StartCascade();
  bool more = true;
  std::string next = "node2";
  for (int n = 1; more; ++n) {
    const std::vector<std::function<void()>> deaths = {
        [&] { KillWorker(node("node4")); }, [&] { KillWorker(node(next)); },
        [&] { Crash(subscriber_); }, [&] { Crash(provider_); }};
    SCOPED_TRACE("before step " + std::to_string(n));
    more = RunHeld(node("node4"), {"change-provider", "--provider=" + next}, n,
                   deaths[static_cast<std::size_t>(n) % deaths.size()]);
    ASSERT_EQ(Provider("node4"), next);
    ExpectAllFollow(*root_);
    ExpectAtRest();
    if (HasFailure()) FAIL();
    next = next == "node2" ? "node3" : "node2";
  }
}

TEST_F(ProcedureAround, ASignalPutsEverythingBack) {
  StartCascade();
  for (const int signal : {SIGINT, SIGTERM}) {
    test_support::Process process(
        {"londiste", node("node2").ini(), "switchover", "node2"},
        {.environment = {{"SKYTOOLS_FAILPOINT", "procedure_before_step=hold@4"},
                         {"SKYTOOLS_FAILPOINT_HOLD", HoldFile()}},
         .directory = dir_.path()});
    EXPECT_TRUE(test_support::Eventually(60s, "writes are stopped",
                                         [&] { return access(HoldFile().c_str(), F_OK) == 0; }));
    EXPECT_NE(root_->sql().Error("insert into t values (-1, 'closed')"), "");
    process.Signal(signal);
    EXPECT_TRUE(SignalIsTaken(process));
    remove(HoldFile().c_str());
    EXPECT_EQ(process.Wait(60s), 1);
    EXPECT_NE(process.Stderr().find("was stopped by a signal in step await-last-tick"),
              std::string::npos)
        << process.Stderr();
    EXPECT_NE(process.Stderr().find("Everything was put back"), std::string::npos)
        << process.Stderr();
    EXPECT_EQ(Type("node1"), "root");
    ExpectAllFollow(*root_);
    ExpectAtRest();
  }
}

TEST_F(ProcedureAround, ASignalBehindThePointOfNoReturnStopsNothing) {
  StartCascade();
  EXPECT_TRUE(RunHeld(node("node2"), {"switchover", "node2"}, 9, [&] {
    EXPECT_EQ(Type("node2"), "root");
    held_->Signal(SIGINT);
    EXPECT_TRUE(SignalIsTaken(*held_));
  }));
  EXPECT_EQ(held_status_, 0);
  EXPECT_EQ(Type("node1"), "branch");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
}

TEST_F(ProcedureAround, AnUnfinishedResurrectIsPutBackAsFarAsItCanBe) {
  StartCascade();
  EXPECT_EQ(RunWith(node("node2"), {"takeover", "node1", "--dead-root", "--dead=node1"}, "").status,
            0);
  EXPECT_EQ(RunWith(*root_, {"resurrect"}, "procedure_after_step=kill@3").status, kKilled);
  const auto back = RunWith(*root_, {"resurrect", "--undo"}, "");
  EXPECT_EQ(back.status, 0) << back.err;
  EXPECT_EQ(root_->sql().Value("select count(*) from pgq_node.local_state where paused"), "0");
  EXPECT_NE(root_->sql().Error("insert into t values (-1, 'closed')"), "");
  EXPECT_EQ(RunWith(*root_, {"resurrect"}, "").status, 0);
  EXPECT_EQ(Type("node1"), "branch");
  root_->MustLondiste({"wait-sync"});
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
}

TEST_F(ProcedureAround, OnlyOneCommandAtATime) {
  StartCascade();
  EXPECT_TRUE(RunHeld(node("node2"), {"switchover", "node2"}, 3, [&] {
    const auto other = node("node3").Londiste({"switchover", "node2"});
    EXPECT_EQ(other.status, 1);
    EXPECT_NE(other.err.find("another process changes node \"node"), std::string::npos)
        << other.err;
    EXPECT_NE(other.err.find("Wait until it has ended"), std::string::npos) << other.err;
  }));
  EXPECT_EQ(Type("node2"), "root");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
}

TEST_F(ProcedureKill, AnotherProcedureWaitsForTheUnfinishedOne) {
  StartCascade();
  EXPECT_EQ(RunWith(node("node2"), {"switchover", "node2"}, "procedure_after_step=kill@3").status,
            kKilled);
  const auto other = node("node3").Londiste({"takeover", "node1"});
  EXPECT_EQ(other.status, 1);
  EXPECT_NE(
      other.err.find("switchover from node1 to node2 was begun on node node2 and has not ended"),
      std::string::npos)
      << other.err;
  EXPECT_EQ(RunWith(node("node3"), {"switchover", "node2", "--undo"}, "").status, 0);
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
