// A table that several sessions copy in ranges: under writes, killed between any two of its steps,
// removed or reset on the way.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::HasSubstr;

class RangesStory : public CopyStory {
 protected:
  RangesStory()
      : CopyStory("threaded_copy_tables = big*\nthreaded_copy_pool_size = 3\nparallel_copies = 4") {
  }
  // About 8 MB: eight ranges.
  void CreateBig(const std::string& name = "big") {
    CreateTable(name, 0);
    Both("create unique index on " + name + " (v) where n < 0; create index on " + name +
         " using hash (v)");
    root_->sql().Exec("insert into " + name +
                      " (v) select repeat(md5(i::text), 25) from generate_series(1, 9000) i");
  }
  std::string Indexes(const std::string& name = "big") {
    return leaf_->sql().Value("select count(*) from pg_index where indisvalid and indrelid = '" +
                              name + "'::regclass");
  }
  std::string Missing() {
    return leaf_->sql().Value(
        "select count(*) from londiste.table_info where dropped_ddl is not null");
  }
};

TEST_F(RangesStory, GetsEqualUnderWrites) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_range=sleep:100"}});
  {
    const Writer first(root_->connstr(), WriteSql("big"));
    const Writer second(root_->connstr(), WriteSql("big"));
    AddTables({"big"});
    ASSERT_TRUE(InSync("big"));
  }
  EXPECT_TRUE(LeafLogs("copied in ranges by 3 sessions"));
  EXPECT_TRUE(Equal("big"));
  EXPECT_TRUE(NothingLeft());
  EXPECT_EQ(Indexes(), "4");
  EXPECT_EQ(Missing(), "0");
}

// While the large table is copied, the small one is replicated, and others are copied.
TEST_F(RangesStory, OtherTablesGoOn) {
  CreateBig();
  CreateTable("live", 10);
  CreateTable("small", 10);
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_range=sleep:2500"}});
  AddTables({"live"});
  ASSERT_TRUE(InSync("live"));
  AddTables({"big"});
  ASSERT_TRUE(LeafLogs("copied in ranges by 3 sessions"));
  root_->sql().Exec("insert into live (v) values ('meanwhile')");
  EXPECT_TRUE(Equal("live"));
  AddTables({"small"});
  EXPECT_TRUE(InSync("small"));
  EXPECT_NE(State("big"), "ok");
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Equal("big"));
}

TEST_F(RangesStory, RemoveTableDuringTheCopyGivesTheStructureBack) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_range=sleep:3000"}});
  AddTables({"big"});
  ASSERT_TRUE(Eventually(30s, "rows come in", [&] {
    return leaf_->sql().Value("select exists (select 1 from big)") == "t";
  }));
  EXPECT_EQ(Missing(), "1");
  leaf_->MustLondiste({"remove-table", "big"});
  EXPECT_EQ(leaf_->sql().Value("select count(*) from big"), "0");
  EXPECT_EQ(Indexes(), "4");
  EXPECT_TRUE(NothingLeft());
  leaf_->MustLondiste({"add-table", "big"});
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Equal("big"));
}

TEST_F(RangesStory, ResyncWhileIndexesAreBuiltStartsOver) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_before_index_commit=sleep:1500"}});
  AddTables({"big"});
  ASSERT_TRUE(Eventually(30s, "the rows are there", [&] { return State("big") == "catching-up"; }));
  leaf_->MustLondiste({"resync", "big"});
  // The worker stops the copy, or the copy finds out by itself between two indexes.
  EXPECT_TRUE(Eventually(30s, "the copy starts over", [&] {
    const std::string log = leaf_->Log(), start = "public.big: start copy from node";
    const auto first = log.find(start);
    return first != std::string::npos && log.find(start, first + 1) != std::string::npos;
  })) << leaf_->Log();
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Equal("big"));
  EXPECT_EQ(Indexes(), "4");
  EXPECT_EQ(Missing(), "0");
}

TEST_F(RangesStory, AnIndexThatCannotBeBuiltIsToldAndTriedAgain) {
  CreateBig();
  leaf_->sql().Exec("create unique index lone on big (n)");
  leaf_->StartWorker();
  AddTables({"big"});
  ASSERT_TRUE(LeafLogs("could not create unique index \"lone\""));
  EXPECT_TRUE(Eventually(30s, "status shows it", [&] {
    return leaf_->MustLondiste({"status"}).out.find("unique index") != std::string::npos;
  }));
  root_->sql().Exec("update big set n = id");
  EXPECT_EQ(State("big"), "catching-up");
  leaf_->MustLondiste({"resync", "big"});
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Equal("big"));
  EXPECT_EQ(Indexes(), "5");
}

// An index that waits for a writer would let all later writers queue behind it.
TEST_F(RangesStory, IndexesGiveWayToWritersAndTellWhomTheyWaitFor) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_range=sleep:1000"}});
  AddTables({"big"});
  ASSERT_TRUE(Eventually(30s, "rows come in", [&] {
    return leaf_->sql().Value("select exists (select 1 from big)") == "t";
  }));
  test_support::Sql holder(leaf_->connstr());
  const std::string pid = holder.Value("select pg_backend_pid()");
  holder.Exec("begin; lock table big in row exclusive mode");
  const auto told = [&] { return LockWait("big"); };
  EXPECT_TRUE(Eventually(60s, "it is told who holds the lock",
                         [&] { return told().find("pid " + pid + " ") != std::string::npos; }))
      << told() << leaf_->Log();
  test_support::Sql writer(leaf_->connstr());
  for (int i = 0; i < 5; ++i)
    writer.Exec(
        "begin; set local statement_timeout = '20s'; lock table big in row exclusive mode; commit");
  EXPECT_NE(told(), "") << "it still waits, and all could write";
  holder.Exec("commit");
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Eventually(30s, "no longer", [&] { return told().empty(); }));
  EXPECT_EQ(Indexes(), "4");
}

// The row of londiste.table_info goes with the node.
TEST_F(RangesStory, DropNodeDuringTheCopyGivesTheStructureBack) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_structure_stored=kill"}});
  AddTables({"big"});
  ASSERT_EQ(leaf_->worker().Wait(60s), 128 + SIGKILL);
  ASSERT_EQ(Indexes(), "0");
  root_->MustLondiste({"drop-node", "leaf"});
  EXPECT_EQ(Indexes(), "4");
}

class KilledRanges : public RangesStory, public testing::WithParamInterface<std::string> {};

TEST_P(KilledRanges, EndInSyncAfterRestart) {
  CreateBig();
  Both("create table child (id int primary key, big int references big)");
  AddTables({"big"});
  {
    const Writer writer(root_->connstr(), WriteSql("big"));
    leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", GetParam() + "=kill"}});
    ASSERT_EQ(leaf_->worker().Wait(60s), 128 + SIGKILL) << "the failpoint was not reached";
    EXPECT_NE(State("big"), "ok");
    leaf_->StartWorker();
    EXPECT_TRUE(InSync("big"));
  }
  EXPECT_TRUE(Equal("big"));
  EXPECT_EQ(Indexes(), "4");
  EXPECT_EQ(Missing(), "0");
  leaf_->MustLondiste({"status"});
}

INSTANTIATE_TEST_SUITE_P(Failpoints, KilledRanges,
                         testing::Values("copy_after_drop_indexes", "copy_after_structure_stored",
                                         "copy_mid_data", "copy_after_range", "copy_after_data",
                                         "copy_before_commit", "copy_after_commit",
                                         "copy_before_index_commit", "copy_after_index",
                                         "copy_before_structure_commit", "copy_after_structure"),
                         [](const auto& param) { return param.param; });

class FailedRanges : public RangesStory, public testing::WithParamInterface<std::string> {};

TEST_P(FailedRanges, AreTriedAgainByTheSameWorker) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", GetParam() + "=error@2"}});
  {
    const Writer writer(root_->connstr(), WriteSql("big"));
    AddTables({"big"});
    EXPECT_TRUE(InSync("big"));
  }
  EXPECT_TRUE(LeafLogs("failpoint " + GetParam()));
  EXPECT_TRUE(Equal("big"));
  EXPECT_EQ(Indexes(), "4");
  EXPECT_TRUE(NothingLeft());
}

INSTANTIATE_TEST_SUITE_P(Failpoints, FailedRanges,
                         testing::Values("copy_mid_data", "copy_after_range",
                                         "copy_before_index_commit", "copy_after_index"),
                         [](const auto& param) { return param.param; });

// A session at a time dies, of the provider's and of the subscriber's.
TEST_F(RangesStory, SessionsThatDieAreSurvived) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_range=sleep:400"}});
  AddTables({"big"});
  for (test_support::Node* node : {leaf_.get(), root_.get()}) {
    ASSERT_TRUE(Eventually(30s, "a session of the copy dies", [&] {
      return node->sql().Value(
                 "select count(pg_terminate_backend(pid)) > 0 from (select pid from "
                 "pg_stat_activity where application_name like '% part of %' and query ilike "
                 "'copy%' limit 1) s") == "t";
    }));
    ASSERT_TRUE(LeafLogs("next attempt in"));
  }
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Equal("big"));
  EXPECT_EQ(Indexes(), "4");
  EXPECT_TRUE(NothingLeft());
}

TEST_F(RangesStory, EitherServerCrashes) {
  CreateBig();
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_range=sleep:700"}});
  AddTables({"big"});
  for (test_support::Node* node : {leaf_.get(), root_.get()}) {
    ASSERT_TRUE(Eventually(30s, "copying", [&] { return State("big") == "in-copy"; }));
    root_->DropSession();
    leaf_->DropSession();
    node->server().CrashRestart();
  }
  EXPECT_TRUE(InSync("big"));
  EXPECT_TRUE(Equal("big"));
  EXPECT_EQ(Indexes(), "4");
  EXPECT_TRUE(NothingLeft());
}

}  // namespace
