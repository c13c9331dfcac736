// compare and repair of tables that are not copied one to one: shards, other names, merged queues.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "e2e/compare/compare_fixture.h"
#include "e2e/merge_fixture.h"

namespace e2e {
namespace {

using test_support::RunResult;
using test_support::Sql;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CompareHandlers : public CompareStory {
 protected:
  void AddTable(const std::string& name, const std::vector<std::string>& words) {
    std::vector<std::string> command{"add-table", name};
    root_->MustLondiste(command);
    command.insert(command.end(), words.begin(), words.end());
    leaf_->MustLondiste(command);
    leaf_->MustLondiste({"wait-sync"});
  }
};

TEST_F(CompareHandlers, AShardIsComparedWithItsPart) {
  StartWithLeaf(5);
  root_->sql().Exec(
      "create schema partconf; create function partconf.get_hash_raw(int) returns int language sql "
      "immutable strict as 'select $1'; create table s (id int primary key, v text);"
      "insert into s select i, 'x' from generate_series(1, 100) i");
  leaf_->sql().Exec(
      "create schema partconf; create function partconf.get_hash_raw(int) returns int language sql "
      "immutable strict as 'select $1'; create table partconf.conf (shard_nr int, shard_mask int, "
      "shard_count int); insert into partconf.conf values (1, 1, 2);"
      "create table s (id int primary key, v text)");
  const std::vector<std::string> add{"add-table", "s", "--handler=shard",
                                     "--handler-arg=hash_key=id"};
  root_->MustLondiste(add);
  leaf_->MustLondiste(add);
  leaf_->MustLondiste({"wait-sync"});
  EXPECT_THAT(Compare({"s"}).out, HasSubstr("public.s: 50 rows, equal"));
  Spoil(
      "insert into s values (2, 'of another'); delete from s where id = 3; update s set v = 'bad' "
      "where id = 5");
  EXPECT_THAT(Compare({"s"}).out,
              HasSubstr("1 missing, 1 extra, 1 changed\n  missing: id=3\n  extra: id=2\n  changed: "
                        "id=5\n"));
  EXPECT_EQ(Repair({"s", "--apply", "--delete"}).status, 0);
  EXPECT_THAT(Compare({"s"}).out, HasSubstr("public.s: 50 rows, equal"));
}

TEST_F(CompareHandlers, ATableOfAnotherNameAndOneLoadedInBulk) {
  StartWithLeaf(5);
  const std::string columns = "(id int primary key, v text)";
  root_->sql().Exec("create table a " + columns + "; create table b " + columns +
                    "; insert into a values (1, 'a'), (2, 'a'); insert into b select * from a");
  leaf_->sql().Exec("create schema \"o T\"; create table \"o T\".\"A\" " + columns +
                    "; create table b " + columns);
  AddTable("a", {"--dest-table=o T.A"});
  AddTable("b", {"--handler=bulk"});
  EXPECT_EQ(Compare().status, 0);
  Spoil("update \"o T\".\"A\" set v = 'bad' where id = 1; delete from b where id = 2");
  const RunResult compared = Compare();
  EXPECT_EQ(compared.status, 2);
  EXPECT_THAT(compared.out, AllOf(HasSubstr("changed: id=1"), HasSubstr("missing: id=2")));
  EXPECT_EQ(Repair({"--apply"}).status, 0);
  EXPECT_EQ(leaf_->sql().Text("select * from \"o T\".\"A\" union all select * from b order by 1"),
            "1|a\n1|a\n2|a\n2|a\n");
  EXPECT_EQ(Compare().status, 0);
}

TEST_F(CompareHandlers, WhatKeepsNoRowsIsNotCompared) {
  StartWithLeaf(5);
  root_->sql().Exec("create table v (id int primary key)");
  root_->MustLondiste({"add-table", "v"});
  leaf_->MustLondiste({"add-table", "v", "--handler=vtable"});
  const RunResult compared = Compare();
  EXPECT_EQ(compared.status, 1);
  EXPECT_THAT(compared.out, HasSubstr("public.v: not compared: handler vtable"));
  EXPECT_EQ(Repair({"--apply", "--delete"}).status, 1);
}

TEST_F(MergeStory, CompareLooksAtTheRowsOfItsQueue) {
  StartParts(100);
  auto database = Combine("everything");
  StartWorkers(database);
  AddTable(database);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    Sql sql(root2_->connstr());
    for (int id = 1000; !stop; id += 2)
      sql.Exec("insert into t values (" + std::to_string(id) + ", 'part2', 'new')");
  });
  const auto run = [&](test_support::Node& node, std::vector<std::string> words) {
    words.insert(words.begin(), {"londiste", node.ini()});
    return test_support::Run(std::move(words), {.environment = {}, .directory = dir_.path()});
  };
  EXPECT_THAT(run(*database.part1, {"compare"}).out, HasSubstr("equal to node part1 at tick"));
  EXPECT_EQ(run(*database.part2, {"compare"}).status, 0);
  database.sql().Exec(
      "begin; set local session_replication_role = replica; delete from t where id = 1; update t "
      "set v = 'bad' where id in (2, 3); insert into t values (-1, 'mine', 'x'); commit");
  EXPECT_THAT(run(*database.part1, {"compare"}).out,
              HasSubstr(": 1 missing, 1 changed\n  missing: id=1\n  changed: id=3\n"));
  EXPECT_THAT(run(*database.part2, {"compare"}).out, HasSubstr(": 1 changed\n  changed: id=2\n"));
  const RunResult file = run(*database.part2, {"repair"});
  EXPECT_EQ(file.status, 1);
  EXPECT_THAT(test_support::ReadWholeFile(dir_.path() + "/fix.public.t.sql"),
              Not(HasSubstr("delete")));
  const RunResult repaired = run(*database.part1, {"repair", "--apply", "--delete"});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  EXPECT_THAT(repaired.err, HasSubstr("missed: 1 inserts, 1 updates, 0 deletes"));
  EXPECT_EQ(run(*database.part2, {"repair", "--apply", "--delete"}).status, 0);
  stop = true;
  writer.join();
  EXPECT_EQ(database.sql().Value("select v from t where id = -1"), "x");
  database.sql().Exec("set session_replication_role = replica; delete from t where id = -1");
  EXPECT_TRUE(IsMerged(database));
  EXPECT_EQ(run(*database.part1, {"compare"}).status, 0);
  EXPECT_EQ(run(*database.part2, {"compare"}).status, 0);
}

}  // namespace
}  // namespace e2e
