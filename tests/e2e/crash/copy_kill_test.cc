// kill -9 of the worker between any two steps of a copy: the next one ends it, with equal rows and
// nothing left behind.
#include <sys/wait.h>

#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;

class KilledCopy : public CopyStory, public testing::WithParamInterface<std::string> {};

TEST_P(KilledCopy, EndsInSyncAfterRestart) {
  CreateTable("parent", 50);
  CreateTable("t", 2'000);
  root_->sql().Exec("insert into parent (id) values (0); update t set n = id % 40");
  Both(
      "alter table t add constraint fk foreign key (n) references parent deferrable initially "
      "deferred");
  const std::string write =
      "begin; insert into t (v) values ('new'); update t set v = v || '.', n = 1 + (random() * "
      "30)::int where id in "
      "(select id from t order by random() limit 3); delete from t where id = (select id from t "
      "order by random() limit 1); commit";
  leaf_->StartWorker();
  AddTables({"parent"});
  ASSERT_TRUE(InSync("parent"));
  leaf_->StopWorker();
  root_->MustLondiste({"add-table", "t"});
  leaf_->MustLondiste({"add-table", "t"});
  {
    const Writer writer(root_->connstr(), write);
    leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", GetParam() + "=kill"}});
    ASSERT_EQ(leaf_->worker().Wait(60s), 128 + SIGKILL) << "the failpoint was not reached";
    leaf_->StartWorker();
    EXPECT_TRUE(InSync("t"));
  }
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
  EXPECT_EQ(leaf_->sql().Text("select conname, convalidated from pg_constraint where contype = 'f' "
                              "and conrelid = 't'::regclass"),
            "fk|t\n");
  EXPECT_EQ(leaf_->sql().Value("select count(*) from pg_indexes where tablename = 't'"), "2");
}

INSTANTIATE_TEST_SUITE_P(Failpoints, KilledCopy,
                         testing::Values("copy_after_drop_fkeys", "copy_after_state_in_copy",
                                         "copy_after_register_consumer", "copy_after_drop_indexes",
                                         "copy_mid_data", "copy_after_data", "copy_before_commit",
                                         "copy_after_commit", "copy_catching_up_batch",
                                         "copy_wanna_sync", "copy_do_sync", "copy_before_ok",
                                         "copy_after_ok", "copy_after_unregister",
                                         "fkey_after_restore"),
                         [](const auto& param) { return param.param; });

// The same places, with an error instead: the worker itself goes on, and so does the table after a
// moment.
class FailedCopy : public CopyStory, public testing::WithParamInterface<std::string> {};

TEST_P(FailedCopy, IsTriedAgainByTheSameWorker) {
  CreateTable("t", 2'000);
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", GetParam() + "=error@1"}});
  {
    const Writer writer(root_->connstr(), WriteSql("t"));
    AddTables({"t"});
    EXPECT_TRUE(InSync("t"));
  }
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
  EXPECT_TRUE(LeafLogs("failpoint " + GetParam()));
  EXPECT_TRUE(leaf_->worker().Running());
}

INSTANTIATE_TEST_SUITE_P(Failpoints, FailedCopy,
                         testing::Values("copy_after_drop_fkeys", "copy_after_state_in_copy",
                                         "copy_after_register_consumer", "copy_after_drop_indexes",
                                         "copy_mid_data", "copy_after_data", "copy_before_commit",
                                         "copy_after_commit", "copy_catching_up_batch",
                                         "copy_wanna_sync", "copy_do_sync", "copy_before_ok"),
                         [](const auto& param) { return param.param; });

// The servers die instead of the worker.
class ServerDies : public CopyStory {};

TEST_F(ServerDies, EitherOneDuringTheCopy) {
  CreateTable("t", 20'000);
  leaf_->StartWorker(
      {{"SKYTOOLS_FAILPOINT", "copy_after_drop_indexes=sleep:500,copy_after_data=sleep:500"}});
  AddTables({"t"});
  for (test_support::Node* node : {leaf_.get(), root_.get()}) {
    ASSERT_TRUE(test_support::Eventually(30s, "copying", [&] { return State("t") == "in-copy"; }));
    root_->DropSession();
    leaf_->DropSession();
    node->server().CrashRestart();
  }
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
}

}  // namespace
