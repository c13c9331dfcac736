// repair: rows, keys and constraints that are hard to mend.
#include <gmock/gmock.h>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::RunResult;
using test_support::Sql;
using test_support::WaitUntil;
using testing::HasSubstr;

class RepairCases : public CompareStory {
 protected:
  // Table `name` on root and leaf, in sync. `below`: where it is another one there.
  void Start(const std::string& name, const std::string& above, const std::string& rows,
             const std::string& below = "") {
    StartRoot();
    leaf_ = AddLeaf();
    root_->sql().Exec("create table " + name + " " + above);
    leaf_->sql().Exec("create table " + name + " " + (below.empty() ? above : below));
    root_->sql().Exec("insert into " + name + " overriding system value " + rows);
    root_->MustLondiste({"add-table", name});
    leaf_->MustLondiste({"add-table", name});
    leaf_->MustLondiste({"wait-sync"});
  }
  // As nobody but a careless superuser: no event.
  void SpoilRoot(const std::string& sql) {
    root_->sql().Exec("begin; set local session_replication_role = replica; " + sql + "; commit");
  }
  void ExpectSame(const std::string& query) {
    EXPECT_EQ(leaf_->sql().Text(query), root_->sql().Text(query));
  }
};

TEST_F(RepairCases, KeysThatAreEqualAndAnotherTextAreOneRow) {
  Start("n", "(k numeric primary key, v text)",
        "select i / 10.0, 'v' from generate_series(1, 30) i");
  Spoil("update n set k = k * 1.000, v = 'x' where k < 0.5");
  const RunResult result = Repair({"--apply", "n"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("missed: 0 inserts, 4 updates, 0 deletes"));
  ExpectSame("select * from n order by k");
}

// The operator of the type is in no schema that the session looks into.
TEST_F(RepairCases, RowsAreFoundByTheIndexOfATypeOfAnExtension) {
  StartRoot();
  leaf_ = AddLeaf();
  if (root_->sql().Value("select count(*) from pg_available_extensions where name = 'citext'") ==
      "0")
    GTEST_SKIP() << "this server has no citext";
  for (auto* node : {root_.get(), leaf_.get()})
    node->sql().Exec(
        "create schema ext; create extension citext schema ext; create table c (k ext.citext "
        "primary "
        "key, v text)");
  root_->sql().Exec("insert into c select 'Key ' || i, 'v' from generate_series(1, 20000) i");
  root_->MustLondiste({"add-table", "c"});
  leaf_->MustLondiste({"add-table", "c"});
  leaf_->MustLondiste({"wait-sync"});
  Spoil(
      "update c set k = 'KEY 7' where k::text = 'Key 7'; update c set v = 'x' where k::text = 'Key "
      "8'");
  const std::string scans =
      "select coalesce(max(idx_scan), 0) from pg_stat_user_indexes where relname = 'c'";
  leaf_->sql().Exec("select pg_stat_reset()");
  const RunResult result = Repair({"--apply", "c"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("missed: 0 inserts, 2 updates, 0 deletes"));
  ExpectSame("select k::text, v from c where k::text in ('Key 7', 'KEY 7', 'Key 8') order by 1");
  EXPECT_TRUE(WaitUntil(20s, [&] { return std::stoi(leaf_->sql().Value(scans)) >= 3; }))
      << leaf_->sql().Value(scans);
}

TEST_F(RepairCases, TheFileMendsSuchARowOnce) {
  Start("f", "(k float8 primary key, v text)", "select 0, 'v'");
  Spoil("update f set k = '-0'");
  const RunResult result = Repair({"f"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("missed: 0 inserts, 1 updates, 0 deletes"));
  EXPECT_EQ(test_support::Run({"/usr/bin/env", "psql", "-qX", "-f",
                               dir_.path() + "/fix.public.f.sql", leaf_->connstr()})
                .status,
            0);
  ExpectSame("select * from f");
  EXPECT_EQ(Compare({"f"}).status, 0);
}

TEST_F(RepairCases, AChainOfUniqueValuesAndDeferredOnes) {
  Start("chain", "(id int primary key, u int unique, d int unique deferrable initially deferred)",
        "select i, i, i from generate_series(1, 1500) i");
  Spoil(
      "update chain set u = -u; update chain set u = 1 - u; update chain set d = d + 1; "
      "delete from chain where id in (7, 1400)");
  const RunResult result = Repair({"--apply", "chain"});
  EXPECT_EQ(result.status, 0) << result.err;
  ExpectSame("select count(*), bool_and(u = id), bool_and(d = id) from chain");
  EXPECT_EQ(Compare({"chain"}).status, 0);
}

TEST_F(RepairCases, ARowThatOnlyThisNodeHasMayBeInTheWay) {
  Start("users", "(id int primary key, mail text unique)",
        "select i, 'mail ' || i from generate_series(1, 20) i");
  Spoil(
      "delete from users where id in (3, 4); insert into users values (-3, 'mail 3'); update users "
      "set mail = 'bad' where id = 5");
  const RunResult kept = Repair({"--apply", "users"});
  EXPECT_EQ(kept.status, 1);
  EXPECT_THAT(kept.err, HasSubstr("missed: 1 inserts, 1 updates, 0 deletes"));
  EXPECT_THAT(kept.err, HasSubstr("1 rows are left as they are, since other rows are in their way "
                                  "(those that only this node has, for one: see --delete): "));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from users"), "20");
  EXPECT_EQ(Repair({"--apply", "--delete", "users"}).status, 0);
  ExpectSame("select * from users order by id");
}

TEST_F(RepairCases, ADeferrableKeyThatRowsShareIsTold) {
  Start("twice", "(id int primary key deferrable, v text)",
        "select i, 'v' from generate_series(1, 10) i");
  Spoil("insert into twice values (3, 'again'); update twice set v = 'x' where id = 5");
  const RunResult result = Repair({"--apply", "--delete", "twice"});
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 updates"));
  EXPECT_THAT(result.err, HasSubstr("as others have the same key or it has a NULL: 1"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from twice where id = 3"), "2");
  EXPECT_EQ(Compare({"twice"}).status, 1);
}

TEST_F(RepairCases, AnIdentityThatCannotBeUpdatedComesAnew) {
  Start("numbered", "(id text primary key, n bigint generated always as identity, v text)",
        "select 'k' || i, i, 'v' from generate_series(1, 10) i");
  Spoil(
      "delete from numbered where id in ('k2', 'k3'); insert into numbered overriding system value "
      "values ('k2', 200, 'v'), ('k3', 300, 'w')");
  const RunResult file = Repair({"numbered"});
  EXPECT_EQ(file.status, 1);
  EXPECT_EQ(test_support::Run({"/usr/bin/env", "psql", "-qX", "-f",
                               dir_.path() + "/fix.public.numbered.sql", leaf_->connstr()})
                .status,
            0);
  ExpectSame("select * from numbered order by id");
  Spoil(
      "delete from numbered where id = 'k2'; insert into numbered overriding system value values "
      "('k2', 200, 'v')");
  const RunResult result = Repair({"--apply", "numbered"});
  EXPECT_EQ(result.status, 0) << result.err;
  ExpectSame("select * from numbered order by id");
}

TEST_F(RepairCases, AGeneratedColumnOfAnotherKindIsTold) {
  Start("made", "(id int primary key, v int, g int generated always as (v + 1) stored)",
        "select i, i from generate_series(1, 5) i",
        "(id int primary key, v int, g int generated always as (v + 2) stored)");
  const RunResult result = Repair({"--apply", "made"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("which cannot be set: 5"));
  EXPECT_THAT(leaf_->Londiste({"check"}).out, HasSubstr("rows differ from node node1"));
}

TEST_F(RepairCases, ForeignKeysAreNoObstacleAndStay) {
  Start("parent", "(id int primary key, v text)", "select i, 'v' from generate_series(1, 10) i");
  leaf_->sql().Exec(
      "create table child (id int references parent on update cascade on delete cascade);"
      "insert into child select generate_series(1, 10)");
  Spoil("update parent set id = id + 100 where id < 4; delete from parent where id = 5");
  EXPECT_EQ(Repair({"--apply", "--delete", "parent"}).status, 0);
  ExpectSame("select * from parent order by id");
  EXPECT_EQ(leaf_->sql().Value("select count(*) from child"), "10");
  EXPECT_THAT(leaf_->sql().Error("insert into child values (77)"), HasSubstr("foreign key"));
}

TEST_F(RepairCases, AConditionChoosesRowsAndDeletesNoneThatExist) {
  StartWithLeaf(20);
  Spoil("update t set v = 'bad' where id <= 3; insert into t values (-1, 'bad'), (-2, 'other')");
  // Row 1 is not bad above, row 4 is only there.
  SpoilRoot("update t set v = 'bad' where id = 4");
  const RunResult result = Repair({"--apply", "--delete", "--repair-where=v = 'bad'"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("missed: 0 inserts, 4 updates, 1 deletes"));
  EXPECT_EQ(leaf_->sql().Text("select id, v from t where id < 6 order by id"),
            "-2|other\n1|row 1\n2|row 2\n3|row 3\n4|bad\n5|row 5\n");
}

TEST_F(RepairCases, ARowThatIsLockedIsToldAndTheWorkerGoesOn) {
  StartWithLeaf(1500);
  Spoil("update t set v = 'bad' where id in (1, 1200); delete from t where id between 2 and 1100");
  Sql other(leaf_->connstr());
  other.Exec("begin; select * from t where id = 1200 for update");
  const RunResult result = Repair({"--apply"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("public.t: another session of this node has locked rows"));
  // The first thousand is mended, and told.
  EXPECT_THAT(result.err, HasSubstr("missed: 1000 inserts, 0 updates, 0 deletes"));
  Insert(5001, 5003);
  EXPECT_TRUE(WaitUntil(
      20s, [&] { return leaf_->sql().Value("select count(*) from t where id > 5000") == "3"; }));
  EXPECT_THAT(leaf_->Londiste({"check"}).out, HasSubstr("rows differ from node node1"));
  other.Exec("rollback");
  EXPECT_EQ(Repair({"--apply"}).status, 0);
  EXPECT_TRUE(BecomesEqual(*leaf_));
}

TEST_F(RepairCases, ADeadlockIsTriedAgain) {
  StartWithLeaf(50);
  Spoil("update t set v = 'bad' where id in (1, 2)");
  leaf_->sql().Exec("alter database " + leaf_->database() + " set deadlock_timeout = '3s'");
  Sql other(leaf_->connstr());
  other.Exec(
      "set session_replication_role = replica; set deadlock_timeout = '1min'; begin; update t set "
      "v "
      "= 'mine' where id = 2");
  test_support::Process repair({"londiste", leaf_->ini(), "repair", "--apply"},
                               {.environment = {}, .directory = dir_.path()});
  EXPECT_TRUE(WaitUntil(60s, [&] {
    return leaf_->sql().Value(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
               "and query like '%for update of t%'") == "1";
  }));
  other.Exec("update t set v = 'mine' where id = 1");
  other.Exec("commit");
  EXPECT_EQ(repair.Wait(60s), 0) << repair.Stderr();
  EXPECT_THAT(repair.Stderr(), HasSubstr("missed: 0 inserts, 2 updates, 0 deletes"));
  EXPECT_THAT(test_support::ReadWholeFile(subscriber_.log_path()), HasSubstr("deadlock detected"));
  ExpectSame("select * from t order by id");
}

TEST_F(RepairCases, WhatAWriterHasChangedSinceIsNotPutBack) {
  Start("moments", "(id int primary key, v text, at timestamptz)",
        "select i, 'v', now() from generate_series(1, 10) i");
  leaf_->sql().Exec("alter database " + leaf_->database() + " set timezone = 'Asia/Tokyo'");
  Spoil("update moments set v = 'bad' where id in (3, 4)");
  HeldCommand repair(*this, {"repair", "--apply", "moments"}, "compare_after_piece=hold@1");
  root_->sql().Exec("update moments set v = 'new', at = at - interval '1 year' where id = 3");
  ASSERT_TRUE(WaitUntil(
      20s, [&] { return leaf_->sql().Value("select v from moments where id = 3") == "new"; }));
  const RunResult result = repair.GoOn();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("missed: 0 inserts, 1 updates, 0 deletes"));
  EXPECT_THAT(result.err, HasSubstr("equal by now: 1"));
  ExpectSame("select id, v, extract(epoch from at) from moments order by id");
}

// A rewritten table is empty for an older snapshot: its rows are there nevertheless.
TEST_F(RepairCases, RowsOfATableThatIsRewrittenAboveAreNotDeleted) {
  StartWithLeaf(50);
  Spoil("update t set v = 'bad' where id <= 10; insert into t values (-1, 'mine')");
  HeldCommand repair(*this, {"repair", "--apply", "--delete"}, "cut_above_taken=hold@2");
  root_->sql().Exec("alter table t add column x uuid default gen_random_uuid()");
  const RunResult result = repair.GoOn();
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("missed: 0 inserts, 10 updates, 1 deletes"));
  ExpectSame("select id, v from t order by id");
}

TEST_F(RepairCases, ATextThatWasCutIsNotTheLongerOne) {
  Start("texts", "(id int primary key, a text, b text, c text)",
        "select i, 'abc', 'ab', 'n' from generate_series(1, 5) i",
        "(id int primary key, a varchar(3), b char(5), c name)");
  EXPECT_EQ(Compare({"texts"}).status, 0);
  SpoilRoot(
      "update texts set a = 'abcd' where id = 1; update texts set b = 'ab   c' where id = 2;"
      "update texts set c = rpad('n', 70, 'n') where id = 3");
  Spoil("update texts set c = rpad('n', 63, 'n') where id = 3");  // as the worker would write it
  EXPECT_THAT(Compare({"texts"}).out, HasSubstr("2 changed\n  changed: id=1\n  changed: id=2\n"));
}

}  // namespace
}  // namespace e2e
