// What administrators do to a copy under way: resync, remove, stop; and copies of SkyTools found at
// start.
#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <future>

#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::HasSubstr;

class CopyControl : public CopyStory {
 protected:
  void RemoveTableGivesWay();
  // The copy of `t` is in COPY and stays there for a while. Tables `behind` it wait for their turn.
  void StartSlowCopy(const std::vector<std::string>& behind = {}) {
    CreateTable("t", 5'000);
    for (const std::string& table : behind) CreateTable(table, 10);
    leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_data=sleep:3000"}});
    std::vector<std::string> tables{"t"};
    tables.insert(tables.end(), behind.begin(), behind.end());
    AddTables(tables);
    ASSERT_TRUE(Eventually(30s, "the rows are copied", [&] {
      return leaf_->Log().find("start copy") != std::string::npos && State("t") == "in-copy";
    }));
  }
};

TEST_F(CopyControl, ResyncCopiesAgain) {
  CreateTable("t", 500);
  leaf_->StartWorker();
  AddTables({"t"});
  ASSERT_TRUE(InSync("t"));
  leaf_->sql().Exec(
      "set session_replication_role = replica; delete from t where id < 100; update t set v = "
      "'damaged'; reset session_replication_role");
  leaf_->MustLondiste({"resync", "t", "--wait-sync"});
  EXPECT_EQ(State("t"), "ok");
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
}

TEST_F(CopyControl, ResyncDuringACopyStartsOver) {
  ASSERT_NO_FATAL_FAILURE(StartSlowCopy());
  leaf_->MustLondiste({"resync", "t"});
  EXPECT_TRUE(LeafLogs("public.t: stopping the copy, the table was removed or reset"));
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
}

TEST_F(CopyControl, RemoveTableDuringACopyEndsIt) {
  ASSERT_NO_FATAL_FAILURE(StartSlowCopy());
  leaf_->MustLondiste({"remove-table", "t"});
  EXPECT_EQ(
      leaf_->sql().Value("select local from londiste.table_info where table_name = 'public.t'"),
      "f");
  EXPECT_TRUE(NothingLeft());
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t"), "0");
  leaf_->MustLondiste({"add-table", "t"});
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
}

// A copy that ends just then wants the table's state and holds the table's lock: it goes on.
void CopyControl::RemoveTableGivesWay() {
  CreateTable("t", 10);
  leaf_->StartWorker();
  AddTables({"t"});
  ASSERT_TRUE(InSync("t"));
  test_support::Sql other(leaf_->connstr());
  other.Exec("set deadlock_timeout = '1min'; begin; lock table t in access share mode");
  auto removal = std::async(std::launch::async, [&] {
    return leaf_->Londiste({"remove-table", "t"});
  });
  EXPECT_TRUE(Eventually(30s, "it waits", [&] {
    return leaf_->sql().Value(
               "select count(*) from pg_locks where not granted and relation = 't'::regclass") ==
           "1";
  }));
  other.Exec("select 1 from londiste.table_info where table_name = 'public.t' for update");
  other.Exec("rollback");
  const test_support::RunResult result = removal.get();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(
      leaf_->sql().Value("select local from londiste.table_info where table_name = 'public.t'"),
      "f");
}

TEST_F(CopyControl, RemoveTableGivesWayToACopyThatWantsTheState) { RemoveTableGivesWay(); }

TEST_F(CopyControl, RemoveTableTriesAgainAfterADeadlock) {
  leaf_->sql().Exec("alter role all set deadlock_timeout = '50ms'");
  RemoveTableGivesWay();
}

TEST_F(CopyControl, RemoveTableOnTheRootDuringACopyEndsItEverywhere) {
  ASSERT_NO_FATAL_FAILURE(StartSlowCopy());
  root_->MustLondiste({"remove-table", "t"});
  EXPECT_TRUE(Eventually(30s, "the table is gone from the queue", [&] {
    return leaf_->sql().Value("select count(*) from londiste.table_info") == "0";
  }));
  EXPECT_TRUE(NothingLeft());
}

TEST_F(CopyControl, StoppingTheWorkerSaysWhatBecomesOfTheCopy) {
  ASSERT_NO_FATAL_FAILURE(StartSlowCopy());
  EXPECT_EQ(leaf_->StopWorker(), 0);
  EXPECT_THAT(leaf_->Log(), HasSubstr("stopping the copy of table public.t ("));
  EXPECT_THAT(leaf_->Log(), HasSubstr("it starts over at the next start"));
  leaf_->StartWorker();
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
}

TEST_F(CopyControl, ReloadChangesHowManyCopiesRun) {
  ASSERT_NO_FATAL_FAILURE(StartSlowCopy({"u", "w"}));
  std::ofstream(leaf_->ini(), std::ios::app) << "parallel_copies = 3\n";
  leaf_->worker().Signal(SIGHUP);
  ASSERT_TRUE(LeafLogs("Config reloaded"));
  EXPECT_TRUE(Eventually(30s, "three copies run", [&] {
    return leaf_->sql().Value(
               "select count(*) from londiste.table_info where merge_state = 'in-copy'") == "3";
  }));
  for (const char* table : {"t", "u", "w"}) EXPECT_TRUE(InSync(table));
}

TEST_F(CopyControl, ACopyIntoAnotherNameAndOneThatKeepsRows) {
  root_->sql().Exec(
      "create table t (id int primary key, v text); insert into t values (1, 'a'); create table k "
      "(id int primary key); insert into k values (2)");
  leaf_->sql().Exec(
      "create schema \"Loja 1\"; create table \"Loja 1\".\"Cópia\" (id int primary key, v text); "
      "create table k (id int primary key); insert into k values (1)");
  leaf_->StartWorker();
  root_->MustLondiste({"add-table", "t", "k"});
  leaf_->MustLondiste({"add-table", "t", "--dest-table", "Loja 1.Cópia"});
  leaf_->MustLondiste({"add-table", "k", "--skip-truncate"});
  ASSERT_TRUE(InSync("t"));
  ASSERT_TRUE(InSync("k"));
  EXPECT_EQ(leaf_->sql().Text("select * from \"Loja 1\".\"Cópia\""), "1|a\n");
  EXPECT_EQ(leaf_->sql().Text("select * from k order by 1"), "1\n2\n");
  root_->sql().Exec("update t set v = 'b'");
  EXPECT_TRUE(Eventually(30s, "changes go to the other name", [&] {
    return leaf_->sql().Text("select * from \"Loja 1\".\"Cópia\"") == "1|b\n";
  }));
}

// SkyTools left the state and died: nothing but the words in the table remain.
class AdoptedState : public CopyStory, public testing::WithParamInterface<std::string> {};

TEST_P(AdoptedState, IsBroughtToOk) {
  CreateTable("t", 500);
  AddTables({"t"});
  leaf_->sql().Exec("update londiste.table_info set merge_state = '" + GetParam() +
                    "', custom_snapshot = " + (GetParam() == "in-copy" ? "null" : "'10:10:'"));
  leaf_->StartWorker();
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(NothingLeft());
}

INSTANTIATE_TEST_SUITE_P(States, AdoptedState,
                         testing::Values("in-copy", "catching-up", "wanna-sync:3", "do-sync:3"),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::erase_if(name, [](char c) {
                             return !std::isalnum(static_cast<unsigned char>(c));
                           });
                           return name;
                         });

// A copy process of SkyTools lives on while our worker takes the place of its main worker.
TEST_F(CopyControl, ALiveForeignCopyIsAnsweredAndNotDisturbed) {
  CreateTable("t", 50);
  root_->MustLondiste({"add-table", "t"});
  leaf_->MustLondiste({"add-table", "t"});
  const std::string pidfile = leaf_->pid_path() + ".copy.public.t";
  std::ofstream(pidfile) << getpid();
  leaf_->sql().Exec(
      "set session_replication_role = replica; insert into t select i, repeat('x', 50) || i from "
      "generate_series(1, 50) i; reset session_replication_role");
  const std::string snapshot = root_->sql().Value("select txid_current_snapshot()");
  leaf_->sql().Exec(
      "update londiste.table_info set merge_state = 'wanna-sync:1', custom_snapshot = '" +
      snapshot + "'");
  leaf_->StartWorker();
  root_->sql().Exec("insert into t (v) values ('after the copy')");
  ASSERT_TRUE(
      Eventually(30s, "do-sync is answered", [&] { return State("t").starts_with("do-sync:"); }));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t"), "50");
  leaf_->sql().Exec("update londiste.table_info set merge_state = 'ok'");
  EXPECT_TRUE(Equal("t"));
  std::remove(pidfile.c_str());
  root_->sql().Exec("insert into t (v) values ('later')");
  EXPECT_TRUE(Equal("t"));
  EXPECT_TRUE(Eventually(30s, "its snapshot is cleared", [&] {
    return leaf_->sql().Value("select custom_snapshot from londiste.table_info") == "(null)";
  }));
}

}  // namespace
