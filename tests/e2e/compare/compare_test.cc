// compare: exact while writers and workers go on, and every difference is found.
#include <gmock/gmock.h>

#include <filesystem>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Node;
using test_support::RunResult;
using testing::HasSubstr;

TEST_F(CompareStory, NothingIsInventedUnderLoad) {
  StartWithLeaf(2000);
  {
    const RowWriters writers(root_->connstr(), 4, 2000);
    for (int round = 0; round < 6; ++round) {
      const RunResult result = Compare({"--parallel=2"});
      EXPECT_EQ(result.status, 0) << result.out << result.err;
      EXPECT_THAT(result.out, HasSubstr("equal to node node1 at tick"));
    }
  }
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from pgq_node.consumer_hold"), "0");
}

TEST_F(CompareStory, EveryKindOfDifferenceIsFoundUnderLoad) {
  StartRoot();
  const std::string columns =
      "id bigint primary key, txt text, num numeric, flt float8, raw bytea, at timestamptz, "
      "js jsonb, arr int[], flag bool, big text";
  root_->sql().Exec("create table kinds (" + columns + ")");
  root_->MustLondiste({"add-table", "kinds"});
  root_->sql().Exec(
      "insert into t select i, 'row ' || i from generate_series(1, 500) i;"
      "insert into kinds select i, 'text ' || i, i / 7.0, i / 3.0, decode(md5(i::text), 'hex'), "
      "timestamptz '2026-11-29 10:00:00.000001+00' + i * interval '1 hour', "
      "jsonb_build_object('n', i), array[i, null], i % 2 = 0, repeat(md5(i::text), 300) from "
      "generate_series(1, 300) i");
  leaf_ = AddLeaf();
  leaf_->sql().Exec("create table kinds (" + columns + ")");
  leaf_->MustLondiste({"add-table", "kinds"});
  leaf_->MustLondiste({"wait-sync"});
  Spoil(
      "delete from kinds where id = 1;"
      "insert into kinds (id) values (1001);"
      "update kinds set raw = set_bit(raw, 5, 1 - get_bit(raw, 5)) where id = 2;"
      "update kinds set txt = txt || ' ' where id = 3;"
      "update kinds set flt = '-0' where id = 4; update kinds set flt = 'NaN' where id = 5;"
      "update kinds set txt = '' where id = 6; update kinds set txt = null where id = 7;"
      "update kinds set num = num * 1.0 where id = 8;"
      "update kinds set at = at + interval '1 microsecond' where id = 9;"
      "update kinds set js = js || '{\"m\": null}' where id = 10;"
      "update kinds set arr = array[null, 11] where id = 11;"
      "update kinds set flag = null where id = 12;"
      "update kinds set big = overlay(big placing 'z' from 9000 for 1) where id = 13;"
      "update kinds set id = 1014 where id = 14");
  const RowWriters writers(root_->connstr(), 2, 500);
  const RunResult result = Compare({"--parallel=2"});
  EXPECT_EQ(result.status, 1) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("public.t: "));
  EXPECT_THAT(result.out, HasSubstr("public.kinds: differs from node node1 at tick"));
  EXPECT_THAT(result.out, HasSubstr(": 2 missing, 2 extra, 12 changed\n"
                                    "  missing: id=1\n  missing: id=14\n"
                                    "  extra: id=1001\n  extra: id=1014\n"));
  for (int id = 2; id <= 13; ++id)
    EXPECT_THAT(result.out, HasSubstr("  changed: id=" + std::to_string(id) + "\n"));
  EXPECT_THAT(result.err, HasSubstr("public.kinds: Results do not match!"));
}

TEST_F(CompareStory, WhatCannotBeComparedIsTold) {
  StartWithLeaf(10);
  leaf_->sql().Exec("create table vague (id int primary key)");
  root_->sql().Exec("create table vague (id int primary key)");
  root_->MustLondiste({"add-table", "vague"});
  EXPECT_THAT(Compare({"nosuch"}).err, HasSubstr("Table not subscribed: public.nosuch"));
  EXPECT_EQ(Compare({"nosuch"}).status, 1);
  EXPECT_THAT(Compare({"vague"}).err, HasSubstr("Table not subscribed: public.vague"));
  EXPECT_THAT(Compare({"--with=other"}).err, HasSubstr("node \"other\" is not above this node"));
  EXPECT_THAT(Compare({"--parallel=0"}).err, HasSubstr("--parallel: \"0\" is no number from 1"));
  EXPECT_THAT(root_->Londiste({"compare"}).err, HasSubstr("node \"node1\" is the root"));

  leaf_->MustLondiste({"pause"});
  leaf_->MustLondiste({"add-table", "vague"});
  EXPECT_THAT(Compare({"vague"}).out,
              HasSubstr("public.vague: not compared: Table public.vague not synced yet, no point"));
  EXPECT_EQ(Compare({"vague"}).status, 1);
  EXPECT_THAT(Compare({"t"}).err, HasSubstr("of node node2 is paused at tick"));
  leaf_->MustLondiste({"resume"});
  leaf_->MustLondiste({"wait-sync"});

  leaf_->sql().Exec("alter table vague add column mine int default 7");
  EXPECT_EQ(Compare({"vague"}).status, 0);
  root_->sql().Exec("alter table vague add column yours int default 7");
  const RunResult result = Compare({"vague"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("columns that only node node1 has: yours"));
}

TEST_F(CompareStory, ABranchIsNoObstacle) {
  StartRoot();
  test_support::PostgresServer third;
  root_->sql().Exec("insert into t select i, 'row ' || i from generate_series(1, 500) i");
  const auto branch = AddBranch();
  leaf_ = AddNode("leaf", "node3", *branch, third);
  {
    const RowWriters writers(root_->connstr(), 2, 500);
    for (int round = 0; round < 3; ++round) {
      EXPECT_THAT(Compare().out, HasSubstr("equal to node node2 at tick"));
      EXPECT_THAT(Compare({"--with=node1"}).out, HasSubstr("equal to node node1 at tick"));
    }
  }
  root_->sql().Exec("insert into t values (7, 'again') on conflict do nothing");
  ASSERT_TRUE(BecomesEqual(*leaf_));  // what is on its way would mend it
  Spoil("update t set v = 'mine' where id = 7");
  EXPECT_THAT(Compare({"--with=node1"}).out, HasSubstr(": 1 changed\n  changed: id=7"));
  EXPECT_EQ(Compare().status, 1);
}

// More rows are in buckets that differ than are looked through at once.
TEST_F(CompareStory, ManyRowsOfWhichSomeDiffer) {
  StartWithLeaf(20'000);
  Spoil(
      "update t set v = 'mine' where id % 100 = 0; delete from t where id % 100 = 50;"
      "insert into t select 20000 + i, 'mine' from generate_series(1, 100) i");
  const RunResult result = Compare({"--parallel=2", "--sort-bufsize=2M"});
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr(": 200 missing, 100 extra, 200 changed\n"));
  Spoil("update t set v = 'row ' || id where id % 100 = 0 and id <> 77 * 100");
  EXPECT_THAT(Compare({"--sort-bufsize=2M"}).out,
              HasSubstr(": 200 missing, 100 extra, 1 changed\n"));
}

TEST_F(CompareStory, ATableThatIsEmptiedMeanwhileIsReadAnew) {
  StartWithLeaf(200);
  test_support::Process compare(
      {"londiste", leaf_->ini(), "compare"},
      {.environment = {{"SKYTOOLS_FAILPOINT", "cut_both_taken=sleep:1000"}}});
  ASSERT_TRUE(test_support::WaitUntil(20s, [&] {
    return root_->sql().Value(
               "select count(*) from pg_stat_activity where backend_xmin is not "
               "null and application_name like '%compare%'") != "0";
  }));
  root_->sql().Exec("truncate t; insert into t values (1, 'new')");
  EXPECT_EQ(compare.Wait(60s), 0) << compare.Stdout() << compare.Stderr();
  EXPECT_THAT(compare.Stdout(), HasSubstr("1 row, equal to node node1"));
}

TEST_F(CompareStory, ATableThatIsCopiedAnewMeanwhileIsNotCompared) {
  StartWithLeaf(200);
  test_support::Process compare({"londiste", leaf_->ini(), "compare"},
                                {.environment = {{"SKYTOOLS_FAILPOINT", "cut_held=sleep:1500"}}});
  ASSERT_TRUE(test_support::WaitUntil(20s, [&] {
    return leaf_->sql().Value("select count(*) from pgq_node.consumer_hold") != "0";
  }));
  leaf_->MustLondiste({"resync", "t"});
  EXPECT_EQ(compare.Wait(60s), 1) << compare.Stdout() << compare.Stderr();
  EXPECT_THAT(compare.Stdout(),
              HasSubstr("not compared: Table public.t is not in sync on node node2"));
}

TEST_F(CompareStory, ATableThatIsReplacedMeanwhileIsReadAnew) {
  StartWithLeaf(200);
  for (const std::string option :
       {"--parallel=1",
        "--set=compare_sql=select count(1) as cnt, 0 as chksum from only _TABLE_"}) {
    const std::string hold = dir_.path() + "/hold";
    test_support::Process compare({"londiste", leaf_->ini(), "compare", option},
                                  {.environment = {{"SKYTOOLS_FAILPOINT", "cut_both_taken=hold@1"},
                                                   {"SKYTOOLS_FAILPOINT_HOLD", hold}}});
    ASSERT_TRUE(test_support::WaitUntil(20s, [&] { return std::filesystem::exists(hold); }));
    root_->sql().Exec(
        "begin; alter table t rename to other; create table t (like other including "
        "all); insert into t select * from other; drop table other; commit");
    std::filesystem::remove(hold);
    EXPECT_EQ(compare.Wait(60s), 0) << compare.Stdout() << compare.Stderr();
    EXPECT_THAT(compare.Stdout(), HasSubstr("200 rows, "));
  }
}

TEST_F(CompareStory, ListsAreShortAndInOrder) {
  StartWithLeaf(200);
  Spoil("delete from t where id > 170; update t set v = 'bad' where id in (9, 10)");
  const RunResult result = Compare();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr(": 30 missing, 2 changed\n  missing: id=171\n"));
  EXPECT_THAT(result.out,
              HasSubstr("  missing: id=190\n  ... and 12 others, which --json lists\n"));
  const RunResult all = Compare({"--json"});
  EXPECT_LT(all.out.find("\"id\": \"9\""), all.out.find("\"id\": \"10\""));
  leaf_->MustLondiste({"remove-table", "t"});
  EXPECT_THAT(Compare().err, HasSubstr("there are no tables on this node"));
}

// What a killed command leaves behind holds nobody.
class CompareKill : public CompareStory, public testing::WithParamInterface<const char*> {};

TEST_P(CompareKill, NobodyIsHeld) {
  StartWithLeaf(50);
  const RunResult killed = Compare({}, {{"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill"}});
  EXPECT_EQ(killed.status, 128 + 9) << killed.out << killed.err;
  Insert(1001, 1005);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  const RunResult result = Compare();
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_EQ(leaf_->sql().Value("select count(*) from pgq_node.consumer_hold"), "0");
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, CompareKill,
                         testing::Values("cut_held", "cut_before_tick_commit", "cut_above_taken",
                                         "cut_both_taken", "compare_after_piece"),
                         [](const auto& point) { return std::string(point.param); });

TEST_F(CompareStory, AWorkerThatDiesWhileItIsHeldIsWaitedFor) {
  StartWithLeaf(50);
  test_support::Process compare(
      {"londiste", leaf_->ini(), "compare"},
      {.environment = {{"SKYTOOLS_FAILPOINT", "cut_above_taken=sleep:500"}}});
  ASSERT_TRUE(test_support::WaitUntil(20s, [&] {
    return leaf_->sql().Value("select count(*) from pgq_node.consumer_hold") != "0";
  }));
  leaf_->worker().Kill();
  Insert(1001, 1005);
  leaf_->StartWorker();
  EXPECT_EQ(compare.Wait(60s), 0) << compare.Stdout() << compare.Stderr();
  EXPECT_TRUE(BecomesEqual(*leaf_));
}

}  // namespace
}  // namespace e2e
