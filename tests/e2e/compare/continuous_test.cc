// compare --continuous: finds what differs, whatever happens meanwhile, and is as good a daemon as
// the worker.
#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Process;
using test_support::RunResult;
using test_support::WaitUntil;
using testing::HasSubstr;
using testing::Not;

class ContinuousCompare : public CompareStory {
 protected:
  std::unique_ptr<Process> Start(std::vector<std::string> words = {},
                                 std::map<std::string, std::string> environment = {}) {
    words.insert(words.begin(), {"londiste", leaf_->ini(), "compare", "--continuous",
                                 "--set=compare_share=100", "--set=exception_sleep=0.5"});
    words.insert(words.begin() + 6, "--set=compare_pause=0.1");
    return std::make_unique<Process>(
        std::move(words),
        Process::Options{.environment = std::move(environment), .directory = dir_.path()});
  }
  std::string PidPath() const { return leaf_->pid_path() + ".compare"; }
  bool Finds(const std::string& equal, const std::string& table = "public.t") {
    return WaitUntil(120s, [&] {
      return leaf_->sql().Value(
                 "select coalesce(bool_or(equal)::text, 'none') from "
                 "londiste.get_compare_results('q_teste_replica') where "
                 "table_name = '" +
                 table + "'") == equal;
    });
  }
  // Another result than what is there now.
  bool ComparesOnceMore() {
    const std::string last =
        leaf_->sql().Value("select max(compared_at) from londiste.compare_result");
    return WaitUntil(120s, [&] {
      return leaf_->sql().Value("select max(compared_at) from londiste.compare_result") != last;
    });
  }
};

TEST_F(ContinuousCompare, ADifferenceComesAndGoes) {
  StartWithLeaf(200);
  const auto compare = Start();
  ASSERT_TRUE(Finds("true")) << compare->Stderr();
  EXPECT_EQ(leaf_->Londiste({"check"}).status, 0);
  const RowWriters writers(root_->connstr(), 2, 100);

  Spoil("update t set v = 'bad' where id = 150");
  ASSERT_TRUE(Finds("false")) << compare->Stderr();
  EXPECT_EQ(leaf_->Londiste({"check"}).status, 1);
  EXPECT_THAT(leaf_->Londiste({"check"}).out, HasSubstr("rows differ from node node1"));
  const std::string told = "table public.t differs from node node1 at tick ";
  EXPECT_THAT(leaf_->MustLondiste({"tables"}).out, HasSubstr(told));
  EXPECT_THAT(root_->MustLondiste({"status"}).out, HasSubstr(told));
  EXPECT_THAT(leaf_->MustLondiste({"status", "--json"}).out, HasSubstr("\"rows_differ\""));
  EXPECT_THAT(compare->Stderr(), HasSubstr(": 1 changed"));
  EXPECT_THAT(compare->Stderr(), HasSubstr("changed: id=150"));

  // Others are not in its way.
  EXPECT_EQ(Compare().status, 1);
  EXPECT_EQ(Repair({"--apply"}).status, 0);
  ASSERT_TRUE(Finds("true")) << compare->Stderr();
  EXPECT_EQ(leaf_->Londiste({"check"}).status, 0);
  EXPECT_THAT(leaf_->MustLondiste({"status", "--json"}).out, Not(HasSubstr("\"rows_differ\"")));

  compare->Signal(SIGINT);
  EXPECT_EQ(compare->Wait(60s), 0);
  EXPECT_THAT(compare->Stderr(), HasSubstr("got SIGINT, stopping at once"));
  EXPECT_THAT(compare->Stderr(), HasSubstr("equal to node node1 at tick"));
  EXPECT_FALSE(std::ifstream(PidPath()).good());
}

TEST_F(ContinuousCompare, TablesComeAndGo) {
  StartWithLeaf(20);
  const auto compare = Start();
  ASSERT_TRUE(Finds("true"));
  for (test_support::Node* node : {root_.get(), leaf_.get()}) {
    node->sql().Exec("create table late (id int primary key)");
    node->MustLondiste({"add-table", "late"});
  }
  ASSERT_TRUE(Finds("true", "public.late")) << compare->Stderr();
  leaf_->MustLondiste({"remove-table", "t"});
  ASSERT_TRUE(ComparesOnceMore());
  compare->Signal(SIGTERM);
  EXPECT_EQ(compare->Wait(60s), 0) << compare->Stderr();
}

TEST_F(ContinuousCompare, LostServersAreComeBackTo) {
  StartWithLeaf(50);
  const auto compare = Start();
  ASSERT_TRUE(Finds("true"));
  provider_.Restart();
  ASSERT_TRUE(ComparesOnceMore()) << compare->Stderr();
  leaf_->DropSession();
  subscriber_.Stop();
  EXPECT_TRUE(test_support::WaitUntil(60s, [&] {
    return compare->Stderr().find("; next attempt in ") != std::string::npos;
  })) << compare->Stderr();
  subscriber_.Start();
  ASSERT_TRUE(ComparesOnceMore()) << compare->Stderr();
  // A worker that does not run is said so.
  leaf_->StopWorker();
  Spoil("update t set v = 'bad' where id = 9");
  leaf_->StartWorker();
  EXPECT_TRUE(Finds("false")) << compare->Stderr();
  EXPECT_TRUE(compare->Running());
}

class ContinuousKill : public ContinuousCompare, public testing::WithParamInterface<const char*> {};

TEST_P(ContinuousKill, TheNextOneGoesOn) {
  StartWithLeaf(50);
  const auto killed = Start({}, {{"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill@5"}});
  EXPECT_EQ(killed->Wait(60s), 128 + 9) << killed->Stderr();
  Insert(1001, 1005);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  Spoil("delete from t where id = 7");
  const auto compare = Start();
  EXPECT_TRUE(Finds("false")) << compare->Stderr();
  EXPECT_THAT(compare->Stderr(), HasSubstr("Ignoring stale pidfile"));
  EXPECT_EQ(compare->Stop(), 0);
  EXPECT_EQ(leaf_->sql().Value("select count(*) from pgq_node.consumer_hold"), "0");
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, ContinuousKill,
                         testing::Values("cut_held", "cut_above_taken", "cut_both_taken",
                                         "compare_after_piece"),
                         [](const auto& point) { return std::string(point.param); });

// Ends with the test, however that ends.
class BackgroundProcess {
 public:
  explicit BackgroundProcess(std::string pid_path) : pid_path_(std::move(pid_path)) {}
  ~BackgroundProcess() {
    if (pid_t pid = 0; std::ifstream(pid_path_) >> pid) kill(pid, SIGKILL);
  }
  BackgroundProcess(const BackgroundProcess&) = delete;

 private:
  const std::string pid_path_;
};

TEST_F(ContinuousCompare, IsADaemonOfItsOwn) {
  StartWithLeaf(20);
  const std::string ini = test_support::ReadWholeFile(leaf_->ini());
  std::ofstream(leaf_->ini(), std::ios::app) << "compare_pause = 3600\n";
  const auto control = [&](const std::string& option) {
    return leaf_->Londiste({"compare", "--continuous", option});
  };
  EXPECT_EQ(control("-d").status, 0);
  const BackgroundProcess started(PidPath());
  ASSERT_TRUE(Finds("true")) << leaf_->Log();
  EXPECT_THAT(control("-d").out, HasSubstr("another process running?"));

  // It sleeps for an hour, until it is told otherwise.
  Spoil("delete from t where id = 7");
  std::ofstream(leaf_->ini(), std::ios::trunc) << ini << "compare_pause = 0.1\n";
  EXPECT_EQ(control("-r").status, 0);
  EXPECT_TRUE(Finds("false")) << leaf_->Log();
  EXPECT_EQ(control("-s").status, 0);
  EXPECT_TRUE(WaitUntil(60s, [&] { return !std::ifstream(PidPath()).good(); })) << leaf_->Log();
  EXPECT_TRUE(leaf_->worker().Running());

  EXPECT_EQ(leaf_->Londiste({"compare", "-d"}).status, 2);
  for (const char* option : {"--json", "--resume", "--count-only"})
    EXPECT_THAT(control(option).err, HasSubstr("exclude each other"));
}

// The rest for which a snapshot has no time is taken without one.
TEST_F(ContinuousCompare, RestsWithoutAnOldSnapshot) {
  StartWithLeaf(50);
  const auto compare = Start({"--set=compare_share=1", "--set=max_snapshot_age=1"},
                             {{"SKYTOOLS_FAILPOINT", "compare_after_piece=sleep:500"}});
  ASSERT_TRUE(Finds("true")) << compare->Stderr();
  const auto snapshots = [&] {
    std::string all;
    for (test_support::Node* node : {root_.get(), leaf_.get()})
      all += node->sql().Value(
          "select count(*) from pg_stat_activity where application_name like '%compare%' and "
          "backend_xmin is not null");
    return all;
  };
  EXPECT_TRUE(WaitUntil(20s, [&] { return snapshots() == "00"; }));
  for (int look = 0; look < 10; ++look) {
    EXPECT_EQ(snapshots(), "00");
    std::this_thread::sleep_for(100ms);
  }
  const std::string last = leaf_->sql().Value("select compared_at from londiste.compare_result");
  compare->Signal(SIGTERM);
  EXPECT_EQ(compare->Wait(30s), 0) << compare->Stderr();
  EXPECT_EQ(leaf_->sql().Value("select compared_at from londiste.compare_result"), last);
}

}  // namespace
}  // namespace e2e
