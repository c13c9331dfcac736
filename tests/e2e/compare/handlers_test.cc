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

// What is hidden here is compared as the handler makes it of the provider's rows.
TEST_F(CompareHandlers, RowsThatAreHiddenAreComparedAsTheyWouldBe) {
  StartRoot();
  root_->sql().Exec(
      "create table person (mail text primary key, name text, phone text, born int, data jsonb, "
      "paid numeric, seen timestamptz)");
  root_->MustLondiste({"add-table", "person"});
  const auto insert = [&](int from, int to) {
    root_->sql().Exec(
        "insert into person select 'secret-' || i, nullif('secret ' || i, 'secret 7'), 'secret', "
        "1900 + i % 100, jsonb_build_object('plan', i % 3, 'phone', 'secret' || i, 'notes', "
        "'secret'), i / 3.0, now() from generate_series(" +
        std::to_string(from) + ", " + std::to_string(to) + ") i");
  };
  insert(1, 600);
  subscriber_.CreateNodeDatabase("hidden");
  leaf_ = std::make_unique<test_support::Node>(
      dir_, subscriber_, "hidden", "node2", "q_teste_replica",
      "obfuscator_map = " +
          dir_.Write("map.yaml",
                     "public.person:\n  mail: hash\n  name: bool\n  born: keep\n  paid: keep\n  "
                     "seen: keep\n  data:\n    plan: keep\n    phone: hash64\n") +
          "\nobfuscator_key = k\n");
  leaf_->sql().Exec(
      "create table person (mail uuid primary key, name bool, born bigint, data jsonb, paid "
      "numeric(12,2), seen timestamptz, own text default 'own')");
  leaf_->CreateLeaf(*root_);
  leaf_->StartWorker();
  leaf_->MustLondiste({"add-table", "person", "--handler=obfuscate"});
  leaf_->MustLondiste({"wait-sync"});
  insert(601, 650);
  root_->sql().Exec("update person set name = '' where born = 1950");
  const RunResult same = Compare({"person", "--parallel=2"});
  EXPECT_EQ(same.status, 0) << same.err;
  EXPECT_THAT(same.out, HasSubstr("public.person: 650 rows, equal to node node1"));
  {
    std::atomic<bool> stop{false};
    std::thread writer([&] {
      Sql sql(root_->connstr());
      for (int i = 1; !stop; i = i % 600 + 1)
        sql.Exec(
            "update person set name = left(name || 'x', 20), paid = paid + 0.01 where mail = "
            "'secret-" +
            std::to_string(i) + "'");
    });
    for (int round = 0; round < 3; ++round) EXPECT_EQ(Compare({"person"}).status, 0);
    stop = true;
    writer.join();
  }
  EXPECT_THAT(Compare({"person", "--count-only"}).out, HasSubstr("650 rows, equal in number"));

  const auto keys = leaf_->sql().Exec("select mail from person order by paid limit 4");
  const auto key = [&](std::size_t i) { return *keys[i][0]; };
  Spoil("delete from person where mail = '" + key(0) +
        "'; update person set name = not name where "
        "mail = '" +
        key(1) + "'; update person set data = data || '{\"plan\": null}' where mail = '" + key(2) +
        "'; update person set mail = '00000000-0000-0000-0000-000000000000' where mail = '" +
        key(3) + "'");
  const RunResult differs = Compare({"person"});
  EXPECT_EQ(differs.status, 1);
  EXPECT_THAT(differs.out, AllOf(HasSubstr(": 2 missing, 1 extra, 2 changed\n"),
                                 HasSubstr("  missing: mail=" + key(0) + "\n"),
                                 HasSubstr("  missing: mail=" + key(3) + "\n"),
                                 HasSubstr("  extra: mail=00000000-0000-0000-0000-000000000000\n"),
                                 HasSubstr("  changed: mail=" + key(1) + "\n"),
                                 HasSubstr("  changed: mail=" + key(2) + "\n")));
  for (const RunResult* told : {&same, &differs})
    EXPECT_THAT(told->out + told->err, Not(HasSubstr("secret")));
  const RunResult repaired = Repair({"person", "--apply"});
  EXPECT_EQ(repaired.status, 1);
  EXPECT_THAT(repaired.err,
              HasSubstr("rewrites rows, which cannot be read one by one: use resync"));
  leaf_->MustLondiste({"resync", "person"});
  leaf_->MustLondiste({"wait-sync"});
  EXPECT_EQ(Compare({"person"}).status, 0);
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
