// repair: a file, or the rows themselves, under load.
#include <gmock/gmock.h>

#include <filesystem>

#include "e2e/compare/compare_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::RunResult;
using testing::HasSubstr;
using testing::Not;

TEST_F(CompareStory, AFileMendsWhatIsAsItWas) {
  StartWithLeaf(100);
  Spoil(
      "delete from t where id = 1; insert into t values (-1, 'mine'); update t set v = 'it''s \\' "
      "where id = 2; update t set v = null where id = 3; update t set v = 'later' where id = 4");
  const RunResult result = Repair({"t"});
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("finished public.t: src: 100 rows, dst: 100 rows, missed: 1 "
                                    "inserts, 3 updates, 0 deletes"));
  EXPECT_THAT(result.err, HasSubstr("rows that only this node has, and that stay"));
  Spoil("update t set v = 'changed since' where id = 4");
  const std::string file = dir_.path() + "/fix.public.t.sql";
  EXPECT_EQ(test_support::Run({"/usr/bin/env", "psql", "-qX", "-f", file, leaf_->connstr()}).status,
            0)
      << test_support::ReadWholeFile(file);
  EXPECT_EQ(leaf_->sql().Text("select id, v from t where id < 5 order by id"),
            "-1|mine\n1|row 1\n2|row 2\n3|row 3\n4|changed since\n");
  EXPECT_EQ(Repair({"t", "--delete"}).status, 1);
  EXPECT_EQ(test_support::Run({"/usr/bin/env", "psql", "-qX", "-f", file, leaf_->connstr()}).status,
            0);
  EXPECT_TRUE(BecomesEqual(*leaf_));
  EXPECT_EQ(Repair({"t"}).status, 0);
}

TEST_F(CompareStory, RowsAreMendedUnderLoad) {
  StartWithLeaf(3000);
  {
    const RowWriters writers(root_->connstr(), 4, 3000);
    Spoil(
        "delete from t where id % 10 = 1; update t set v = 'bad' where id % 10 = 2; "
        "insert into t select -i, 'mine' from generate_series(1, 50) i");
    const RunResult kept = Repair({"--apply"});
    EXPECT_EQ(kept.status, 1) << kept.err;
    EXPECT_THAT(kept.err, HasSubstr("that stay without --delete: 50"));
    const RunResult result = Repair({"--apply", "--delete", "--parallel=2"});
    EXPECT_EQ(result.status, 0) << result.err;
    const RunResult compared = Compare();
    EXPECT_EQ(compared.status, 0) << compared.out;
  }
  EXPECT_TRUE(BecomesEqual(*leaf_));
}

TEST_F(CompareStory, UniqueValuesThatChangedPlacesAreMended) {
  StartRoot();
  const std::string columns =
      "id int primary key, u int unique, v text, r int4range, "
      "exclude using gist (r with &&)";
  root_->sql().Exec("create table swapped (" + columns +
                    ");"
                    "insert into swapped select i, i, 'row', int4range(i * 10, i * 10 + 5) from "
                    "generate_series(1, 2500) i");
  root_->MustLondiste({"add-table", "swapped"});
  leaf_ = AddLeaf();
  leaf_->sql().Exec("create table swapped (" + columns + ", own text default 'own')");
  leaf_->MustLondiste({"add-table", "swapped"});
  leaf_->MustLondiste({"wait-sync"});
  leaf_->sql().Exec(
      "create table child (id int references swapped on delete cascade);"
      "insert into child select generate_series(1, 2500)");
  // Far from each other: the two rows of a pair are looked at in different pieces.
  Spoil(
      "update swapped set own = 'kept' where id in (1, 2500);"
      "update swapped set u = -id, r = int4range(-id * 10, -id * 10 + 5) where id <= 1500 or id > "
      "2400; update swapped set u = 2501 - id, r = int4range((2501 - id) * 10, (2501 - id) * 10 + "
      "5) where id <= 100 or id > 2400; update swapped set u = id, r = int4range(id * 10, id * 10 "
      "+ 5), v = 'bad' where id between 101 and 1500");
  const RunResult result = Repair({"--apply", "swapped"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(leaf_->sql().Text("select count(*), count(*) filter (where own = 'kept'), bool_and(u = "
                              "id and v = 'row') from swapped"),
            "2500|2|t\n");
  EXPECT_EQ(leaf_->sql().Value("select count(*) from child"), "2500");
  EXPECT_EQ(Compare({"swapped"}).status, 0);
}

// Rewritten or emptied, a table has no rows for a snapshot that is older.
TEST_F(CompareStory, ATableThatIsRewrittenMeanwhileLosesNothing) {
  StartWithLeaf(50);
  const std::string hold = dir_.path() + "/hold";
  for (const bool apply : {true, false}) {
    Spoil("update t set v = 'bad' where id < 4");
    const std::string point = apply ? "cut_above_taken=hold@2" : "repair_before_file=hold@1";
    std::vector<std::string> command{"londiste", leaf_->ini(), "repair", "--delete"};
    if (apply) command.push_back("--apply");
    test_support::Process repair(
        command, {.environment = {{"SKYTOOLS_FAILPOINT", point}, {"SKYTOOLS_FAILPOINT_HOLD", hold}},
                  .directory = dir_.path()});
    ASSERT_TRUE(test_support::WaitUntil(20s, [&] { return std::filesystem::exists(hold); }));
    root_->sql().Exec("alter table t alter v type varchar using v || ''");
    root_->sql().Exec("alter table t alter v type text using v || ''");
    std::filesystem::remove(hold);
    EXPECT_EQ(repair.Wait(60s), apply ? 0 : 1) << repair.Stderr();
    if (apply) {  // again, at another tick
      EXPECT_THAT(repair.Stderr(), HasSubstr("missed: 0 inserts, 3 updates, 0 deletes"));
    } else {
      EXPECT_THAT(repair.Stderr(), HasSubstr("table \"public.t\" of node node1 was rewritten"));
      EXPECT_FALSE(std::filesystem::exists(dir_.path() + "/fix.public.t.sql"));
    }
    EXPECT_EQ(leaf_->sql().Value("select count(*) from t where v = 'bad'"), apply ? "0" : "3");
  }
  EXPECT_EQ(Repair({"--apply", "--delete"}).status, 0);
  EXPECT_TRUE(BecomesEqual(*leaf_));
}

TEST_F(CompareStory, OnlyTheRowsOfACondition) {
  StartWithLeaf(100);
  Spoil("update t set v = 'bad'");
  const RunResult result = Repair({"--apply", "--repair-where=id <= 10"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("src: 10 rows, dst: 10 rows, missed: 0 inserts, 10 updates"));
  EXPECT_EQ(leaf_->sql().Value("select count(*) from t where v = 'bad'"), "90");
}

TEST_F(CompareStory, WhatWasMendedForScripts) {
  StartWithLeaf(100);
  Spoil("update t set v = 'bad' where id in (2, 10); insert into t values (-1, 'mine')");
  const RunResult result = Repair({"t", "--apply", "--json"});
  EXPECT_EQ(result.status, 1) << result.err;
  for (const char* part :
       {"\"applied\": true", "\"mended\": false", "\"file\": null", "\"updates\": 2", "\"kept\": 1",
        "\"extra\": 1", "\"failure\": null", "\"kind\": \"changed\""})
    EXPECT_THAT(result.out, HasSubstr(part));
  const RunResult rest = Repair({"t", "--json", "--delete"});
  EXPECT_THAT(rest.out, HasSubstr("\"file\": \"fix.public.t.sql\""));
  EXPECT_THAT(rest.out, HasSubstr("\"deletes\": 1"));
  EXPECT_EQ(Repair({"--sort-bufsize=much"}).status, 2);
  EXPECT_EQ(Repair({"--apply", "--delete", "--sort-bufsize=30%"}).status, 0);
}

class RepairKill : public CompareStory, public testing::WithParamInterface<const char*> {};

TEST_P(RepairKill, TheNextOneMendsTheRest) {
  StartWithLeaf(3000);
  Spoil("delete from t where id > 500");
  const RunResult killed =
      Repair({"--apply"}, {{"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill@2"}});
  EXPECT_EQ(killed.status, 128 + 9) << killed.err;
  Insert(10001, 10005);
  EXPECT_EQ(Repair({"--apply"}).status, 0);
  EXPECT_TRUE(BecomesEqual(*leaf_));
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, RepairKill,
                         testing::Values("repair_before_commit", "repair_after_commit"),
                         [](const auto& point) { return std::string(point.param); });

}  // namespace
}  // namespace e2e
