// Copies while the tables are written to, alone and several at a time.
#include <gmock/gmock.h>

#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;

TEST_F(CopyStory, CopyUnderWritesGetsEqual) {
  CreateTable("t", 20'000);
  leaf_->StartWorker();
  {
    const Writer first(root_->connstr(), WriteSql("t"));
    const Writer second(root_->connstr(), WriteSql("t"));
    AddTables({"t"});
    ASSERT_TRUE(InSync("t"));
    // Events go on through the main worker now.
    const std::string newest = root_->sql().Value("select max(id) from t");
    EXPECT_TRUE(Eventually(60s, "later rows arrive", [&] {
      return leaf_->sql().Value("select coalesce(max(id), 0) > " + newest + " from t") == "t";
    }));
  }
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from pg_indexes where tablename = 't'"), "2");
}

// A transaction that is open while the COPY takes its snapshot, and others that end before and
// after it.
TEST_F(CopyStory, TransactionsAcrossTheSnapshotArriveOnce) {
  CreateTable("t", 100);
  test_support::Sql early(root_->connstr()), late(root_->connstr());
  root_->MustLondiste({"add-table", "t"});
  early.Exec("begin; insert into t (v) values ('open before')");
  late.Exec("begin; insert into t (v) values ('still open after')");
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_commit=sleep:700"}});
  leaf_->MustLondiste({"add-table", "t"});
  ASSERT_TRUE(Eventually(30s, "the COPY is done", [&] { return State("t") == "catching-up"; }));
  early.Exec("commit");
  root_->sql().Exec("update t set n = 5 where id = 1; delete from t where id = 2");
  ASSERT_TRUE(InSync("t"));
  late.Exec("commit");
  EXPECT_TRUE(Equal("t"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where v like '%open%'"), "2");
}

class ParallelCopyStory : public CopyStory {
 protected:
  ParallelCopyStory() : CopyStory("parallel_copies = 3") {}
};

TEST_F(ParallelCopyStory, SeveralTablesAtATime) {
  std::vector<std::string> names;
  for (int i = 0; i < 6; ++i) CreateTable(names.emplace_back("t" + std::to_string(i)), 3'000);
  const std::string trace = dir_.path() + "/trace";
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_data=sleep:300"}});
  {
    const Writer first(root_->connstr(), WriteSql("t0"));
    const Writer second(root_->connstr(), WriteSql("t5"));
    AddTables(names);
    int most = 0;
    EXPECT_TRUE(Eventually(60s, "all are in sync", [&] {
      most = std::max(
          most, std::stoi(leaf_->sql().Value(
                    "select count(*) from londiste.table_info where merge_state = 'in-copy'")));
      return leaf_->sql().Value(
                 "select count(*) from londiste.table_info where merge_state = 'ok'") == "6";
    }));
    EXPECT_EQ(most, 3);
  }
  for (const std::string& name : names) EXPECT_TRUE(Equal(name)) << name;
  EXPECT_TRUE(NothingLeft());
}

// The main worker goes on with other tables while one is copied.
TEST_F(CopyStory, OtherTablesAreNotHeldUp) {
  CreateTable("slow", 1'000);
  CreateTable("live", 10);
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_register_consumer=sleep:200"}});
  AddTables({"live"});
  ASSERT_TRUE(InSync("live"));
  test_support::Sql reader(leaf_->connstr());
  reader.Exec("begin; select count(*) from slow");  // the copy waits for this lock
  AddTables({"slow"});
  ASSERT_TRUE(Eventually(30s, "the copy waits", [&] { return State("slow") == "in-copy"; }));
  root_->sql().Exec("insert into live (v) values ('meanwhile')");
  EXPECT_TRUE(Equal("live"));
  EXPECT_EQ(State("slow"), "in-copy");
  reader.Exec("commit");
  EXPECT_TRUE(InSync("slow"));
  EXPECT_TRUE(Equal("slow"));
}

}  // namespace
