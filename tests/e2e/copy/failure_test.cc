// A copy that cannot succeed says why, holds nobody else up, and recovers by itself.
#include <gmock/gmock.h>

#include "e2e/copy_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::HasSubstr;

class CopyFailure : public CopyStory {
 protected:
  std::string StoredError() {
    return leaf_->sql().Value(
        "select cur_error from pgq_node.local_state where consumer_name like '%.copy.%'");
  }
};

TEST_F(CopyFailure, ShowsItsErrorInStatusAndRecovers) {
  CreateTable("bad", 100);
  CreateTable("good", 100);
  leaf_->sql().Exec("alter table bad add constraint not_today check (id < 50)");
  leaf_->StartWorker();
  AddTables({"bad", "good"});
  EXPECT_TRUE(InSync("good"));  // one copy at a time, and the failing one does not keep the place
  EXPECT_TRUE(Equal("good"));
  ASSERT_TRUE(LeafLogs("copy of table public.bad failed: "));
  EXPECT_THAT(leaf_->Log(), HasSubstr("violates check constraint \"not_today\""));
  EXPECT_TRUE(Eventually(10s, "the error is stored",
                         [&] { return StoredError().find("not_today") != std::string::npos; }));
  EXPECT_THAT(leaf_->MustLondiste({"status"}).out, HasSubstr("not_today"));
  leaf_->sql().Exec("alter table bad drop constraint not_today");
  EXPECT_TRUE(InSync("bad"));
  EXPECT_TRUE(Equal("bad"));
  EXPECT_TRUE(NothingLeft());
  EXPECT_EQ(leaf_->MustLondiste({"status"}).out.find("not_today"), std::string::npos);
}

// As another version of this program, or SkyTools with modules of its own, leaves it. A table that
// is in sync is named in status before anything of it has come; its first change waits, and nothing
// is lost.
TEST_F(CopyFailure, ATableWithAnUnknownHandlerIsNamedAndKeepsItsChanges) {
  CreateTable("odd", 10);
  CreateTable("plain", 10);
  leaf_->StartWorker();
  AddTables({"odd", "plain"});
  ASSERT_TRUE(InSync("odd"));
  ASSERT_TRUE(InSync("plain"));
  const auto set_handler = [&](const std::string& attributes) {
    leaf_->sql().Exec("update londiste.table_info set table_attrs = " + attributes +
                      " where table_name = 'public.odd'");
  };
  set_handler("'handler=stranger'");
  const auto status_names_it = [&] {
    const std::string out = leaf_->MustLondiste({"status"}).out;
    return out.find("table public.odd cannot be replicated: handler \"stranger\" does not exist") !=
               std::string::npos &&
           out.find("remove-table public.odd") != std::string::npos;
  };
  EXPECT_TRUE(Eventually(60s, "status names the table and what to do", status_names_it));
  root_->sql().Exec("insert into plain values (1001, 'x', 1)");
  EXPECT_TRUE(Equal("plain")) << "the others go on";
  root_->sql().Exec(
      "insert into odd values (1001, 'x', 1); insert into plain values (1002, 'x', 1)");
  EXPECT_TRUE(LeafLogs("table public.odd cannot be replicated"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from odd"), "10");
  EXPECT_EQ(State("odd"), "ok");
  set_handler("null");
  EXPECT_TRUE(Equal("odd"));
  EXPECT_TRUE(Equal("plain"));
  EXPECT_TRUE(Eventually(60s, "status no longer names it", [&] {
    return leaf_->MustLondiste({"status"}).out.find("stranger") == std::string::npos;
  }));
}

TEST_F(CopyFailure, NamesThePlaceAndShowsNoRow) {
  root_->sql().Exec(
      "create table wrong_type (id int primary key, v text); insert into wrong_type values (1, "
      "'x'); "
      "create table checked (id int primary key, v text); insert into checked values (1, "
      "'geheim')");
  leaf_->sql().Exec(
      "create table wrong_type (id int primary key, v int); "
      "create table checked (id int primary key, v text check (length(v) < 3))");
  leaf_->StartWorker();
  AddTables({"wrong_type", "checked"});
  EXPECT_TRUE(LeafLogs("(SQLSTATE 22P02, COPY wrong_type, line 1, column v); next attempt"));
  EXPECT_TRUE(LeafLogs("(SQLSTATE 23514, COPY checked, line 1); next attempt"));
  EXPECT_TRUE(Eventually(10s, "the error is stored",
                         [&] { return StoredError().find("line 1") != std::string::npos; }));
  EXPECT_EQ(leaf_->Log().find("geheim"), std::string::npos);
}

// As on a full disk: the server refuses to store more, at a place that nobody expects.
TEST_F(CopyFailure, TargetRunsOutOfSpace) {
  CreateTable("t", 20'000);
  leaf_->sql().Exec(
      "create function full_disk() returns trigger language plpgsql as $$ begin if new.id = 15000 "
      "then raise exception using errcode = '53100', "
      "message = 'could not extend file \"base/1/2\": No space left on device'; end if; return "
      "new; end $$; "
      "create trigger full_disk before insert on t for each row execute function full_disk(); "
      "alter table t enable always trigger full_disk; "
      "insert into t (id, v) values (7, 'precious')");
  leaf_->StartWorker();
  AddTables({"t"});
  ASSERT_TRUE(LeafLogs("No space left on device"));
  EXPECT_EQ(leaf_->sql().Text("select id, v from t"), "7|precious\n");
  EXPECT_EQ(leaf_->sql().Value("select count(*) from pg_indexes where tablename = 't'"), "2");
  leaf_->sql().Exec("drop trigger full_disk on t");
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
}

TEST_F(CopyFailure, TableMissingOnTheTargetAppearsLater) {
  CreateTable("t", 10);
  leaf_->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_after_drop_fkeys=error@1"}});
  AddTables({"t"});
  EXPECT_TRUE(InSync("t"));
  leaf_->sql().Exec("alter table t rename to hidden");
  leaf_->MustLondiste({"resync", "t"});
  EXPECT_TRUE(LeafLogs("table \"public.t\" does not exist in this node's database"));
  leaf_->sql().Exec("alter table hidden rename to t");
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
}

TEST_F(CopyFailure, DifferentColumnsAreNamedAndTheOthersReplicated) {
  root_->sql().Exec(
      "create table t (id int primary key, v text, only_root int); insert into t values (1, 'a', "
      "1)");
  leaf_->sql().Exec("create table t (only_leaf int default 7, v text, id int primary key)");
  leaf_->StartWorker();
  AddTables({"t"});
  ASSERT_TRUE(InSync("t"));
  EXPECT_TRUE(LeafLogs("table public.t: columns that do not exist here are not copied: only_root"));
  EXPECT_TRUE(
      LeafLogs("table public.t: columns that the provider lacks get their defaults: only_leaf"));
  root_->sql().Exec("insert into t values (2, 'b', 2)");
  EXPECT_TRUE(Eventually(30s, "both rows are there", [&] {
    return leaf_->sql().Text("select * from t order by id") == "7|a|1\n7|b|2\n";
  }));
  EXPECT_EQ(leaf_->sql().Text("select table_name, column_name from "
                              "londiste.get_left_out_columns('q')"),
            "public.t|only_root\n");
}

TEST_F(CopyFailure, AColumnAddedOnTheProviderFirstStopsTheWorkerUntilItIsHere) {
  CreateTable("t", 10);
  leaf_->StartWorker();
  AddTables({"t"});
  ASSERT_TRUE(InSync("t"));
  root_->sql().Exec("alter table t add novo text; insert into t (id, novo) values (100, 'x')");
  EXPECT_TRUE(LeafLogs("could not apply event"));
  EXPECT_TRUE(LeafLogs("to table \"public.t\", key (id=100): column \"novo\" does not exist here"));
  EXPECT_TRUE(LeafLogs("replication then continues by itself"));
  root_->sql().Exec("update t set novo = 'y' where id = 1");
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where id = 100"), "0");
  leaf_->sql().Exec("alter table t add novo text");
  EXPECT_TRUE(Eventually(60s, "both changes are there", [&] {
    return leaf_->sql().Text("select id, novo from t where novo is not null order by id") ==
           "1|y\n100|x\n";
  }));
}

TEST_F(CopyFailure, AColumnMayBeLeftOutByDecision) {
  CreateTable("t", 10);
  leaf_->StartWorker();
  AddTables({"t"});
  ASSERT_TRUE(InSync("t"));
  root_->sql().Exec("alter table t add novo text; insert into t (id, novo) values (100, 'x')");
  EXPECT_TRUE(LeafLogs("column \"novo\" does not exist here"));
  EXPECT_EQ(leaf_->sql().Value("select ret_code from londiste.local_leave_out_column("
                               "'q', 't', 'novo')"),
            "200");
  EXPECT_TRUE(Eventually(60s, "the row is there without it", [&] {
    return leaf_->sql().Value("select count(*) from t where id = 100") == "1";
  }));
}

TEST_F(CopyFailure, WaitsForATableThatTheProviderDoesNotReplicateYet) {
  CreateTable("t", 10);
  CreateTable("u", 10);
  leaf_->StartWorker();
  AddTables({"t", "u"});
  ASSERT_TRUE(InSync("t"));
  ASSERT_TRUE(InSync("u"));
  root_->sql().Exec(
      "update londiste.table_info set merge_state = 'in-copy' where table_name = 'public.t'");
  leaf_->MustLondiste({"resync", "t", "u"});
  EXPECT_TRUE(LeafLogs("Table public.t not OK on provider, waiting"));
  EXPECT_TRUE(InSync("u"));
  EXPECT_EQ(State("t"), "(null)");
  root_->sql().Exec(
      "update londiste.table_info set merge_state = 'ok' where table_name = 'public.t'");
  EXPECT_TRUE(InSync("t"));
}

TEST_F(CopyFailure, NoTickerIsToldAndWaitedFor) {
  CreateTable("t", 10);
  leaf_->StartWorker();
  root_->MustLondiste({"add-table", "t"});
  pgqd_->Kill();
  leaf_->MustLondiste({"add-table", "t"});
  ASSERT_TRUE(Eventually(30s, "catching up", [&] { return State("t") == "catching-up"; }));
  EXPECT_TRUE(LeafLogs("is pgqd running on the root's server?"));
  root_->sql().Exec("insert into t (v) values ('late')");
  pgqd_ = StartPgqd(dir_, ProviderServer(), "pgqd2", "database_list = copy_" + number_);
  EXPECT_TRUE(InSync("t"));
  EXPECT_TRUE(Equal("t"));
}

}  // namespace
