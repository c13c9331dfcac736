// compare of tables that take their time: what is told meanwhile, and how old a snapshot gets.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "e2e/compare/compare_fixture.h"
#include "support/tree.h"

namespace e2e {
namespace {

using test_support::RunResult;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class LongCompare : public CompareStory {
 protected:
  // Each in several pieces.
  void StartWithLargeTables(const std::vector<std::string>& names) {
    StartRoot();
    leaf_ = AddLeaf();
    for (const std::string& name : names) {
      const std::string create = "create table " + name + " (id int primary key, v text)";
      root_->sql().Exec(create + "; alter table " + name +
                        " alter v set storage plain; insert into " + name +
                        " select i, repeat('x', 2000) from generate_series(1, 1500) i");
      leaf_->sql().Exec(create);
      root_->MustLondiste({"add-table", name});
      leaf_->MustLondiste({"add-table", name});
    }
    leaf_->MustLondiste({"wait-sync"});
  }

  // On a terminal.
  std::string ShownByCompare(const std::string& options) {
    const RunResult shown = test_support::Run(
        {"/usr/bin/env", "script", "-qefc",
         test_support::BinDir() + "/londiste" + " " + leaf_->ini() + " compare " + options,
         "/dev/null"},
        {.environment = {{"SKYTOOLS_FAILPOINT", "compare_after_piece=sleep:400"}},
         .directory = dir_.path()});
    EXPECT_EQ(shown.status, 0) << shown.out << shown.err;
    return shown.out;
  }
};

std::size_t Times(const std::string& text, const std::string& what) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++times;
  return times;
}

TEST_F(LongCompare, ALineOfTheTerminalShowsHowFarItIs) {
  StartWithLargeTables({"large"});
  const std::string shown = ShownByCompare("large");
  EXPECT_THAT(shown, HasSubstr("\r[---"));
  EXPECT_THAT(shown, HasSubstr("0/1 tables  public.large: read"));
  EXPECT_THAT(shown, HasSubstr("\x1b[K"));
  EXPECT_THAT(ShownByCompare("large --quiet"), Not(HasSubstr("\r[")));
}

TEST_F(LongCompare, ElsewhereTheLogTells) {
  StartWithLargeTables({"large"});
  const RunResult result =
      Compare({"large", "--json"}, {{"SKYTOOLS_FAILPOINT", "compare_after_piece=sleep:6000"}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("{\n  \"queue_name\""));
  EXPECT_THAT(result.err, HasSubstr("0/1 tables, public.large: read "));
  EXPECT_THAT(result.err, HasSubstr(" left\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("\r")));
}

TEST_F(LongCompare, ASnapshotIsForTheTablesOfItsTime) {
  StartWithLargeTables({"large1", "large2"});
  const RunResult result = Compare({"--set=max_snapshot_age=4"},
                                   {{"SKYTOOLS_FAILPOINT", "compare_after_piece=sleep:2000"}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Times(result.err, "comparing node node2 with node node1 at tick"), 2u) << result.err;
  EXPECT_THAT(result.err, HasSubstr("public.large1: takes longer than max_snapshot_age"));
  EXPECT_THAT(result.err, HasSubstr("public.large2: takes longer than max_snapshot_age"));
  for (test_support::Node* node : {root_.get(), leaf_.get()})
    EXPECT_EQ(node->sql().Value("select count(*) from pg_stat_activity where application_name "
                                "like '%compare%' and state <> 'idle'"),
              "0");
}

// Of the process while it runs, in megabytes.
int MostMemory(test_support::Process& process) {
  const std::string path = "/proc/" + std::to_string(process.pid()) + "/status";
  int most = 0;
  while (process.Running()) {
    const std::string status = test_support::ReadWholeFile(path);
    if (const std::size_t at = status.find("VmHWM:"); at != std::string::npos)
      most = std::max(most, std::atoi(status.c_str() + at + 6) / 1024);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return most;
}

// SKYTOOLS_COMPARE_ROWS: of the table, all of which differ.
TEST_F(LongCompare, RowsThatDifferNeedNoMoreMemoryThanTheyMay) {
  const char* asked = std::getenv("SKYTOOLS_COMPARE_ROWS");
  const std::string rows = asked != nullptr ? asked : "120000";
  StartRoot();
  leaf_ = AddLeaf();
  const std::string create = "create table many (id int primary key, v text)";
  root_->sql().Exec(create + "; insert into many select i, 'v' from generate_series(1, " + rows +
                    ") i");
  leaf_->sql().Exec(create + "; insert into many select i, 'w' from generate_series(1, " + rows +
                    ") i");
  root_->MustLondiste({"add-table", "many"});
  leaf_->MustLondiste({"add-table", "many", "--expect-sync"});
  for (const char* size : {"8M", "256M"}) {
    if (asked == nullptr && size != std::string("8M")) continue;
    test_support::Process compare({"londiste", leaf_->ini(), "compare", "many", "--json",
                                   std::string("--sort-bufsize=") + size},
                                  {.directory = dir_.path()});
    const int most = MostMemory(compare);
    EXPECT_EQ(compare.Wait(std::chrono::minutes(10)), 1) << compare.Stderr();
    RecordProperty(std::string("megabytes_") + size, most);
    std::printf("%s rows, --sort-bufsize=%s: %d MB\n", rows.c_str(), size, most);
    EXPECT_GT(most, 0);
    if (size == std::string("8M")) {
      EXPECT_LT(most, 150);
    }
    EXPECT_THAT(compare.Stdout(), HasSubstr("\"changed\": 100000"));
    EXPECT_THAT(compare.Stdout(), HasSubstr("\"more_differences\": true"));
  }
}

}  // namespace
}  // namespace e2e
