// Tables that inherit change their structure on the root: nodes that have the same tree, a part of
// it, or tables that do not inherit, follow.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;

// By name the grandchild is before what it inherits from.
constexpr const char* kTree =
    "create table parent (id int primary key, v text, n int default 1, old int);"
    "create table child (own int, primary key (id)) inherits (parent);"
    "create table a_grandchild (primary key (id)) inherits (child)";
constexpr const char* kFlat =
    "create table parent (id int primary key, v text, n int default 1, old int);"
    "create table child (like parent including all, own int);"
    "create table a_grandchild (like child including all)";

class WorkerDdlInheritance : public WorkerStory {
 protected:
  // Own rows and columns of the queue's tables that the node has, by the names of the columns.
  static std::string Tables(Node& node, Node& of) {
    try {
      std::string text;
      for (const auto& row : of.sql().Exec(
               "select table_name from londiste.table_info where queue_name = 'q_teste_replica' "
               "and local and table_name <> 'public.t' order by 1"))
        text += *row[0] + ":\n" +
                node.sql().Text(
                    "select (select string_agg(x.key || '=' || coalesce(x.value, 'NULL'), ' ' "
                    "order by x.key) from jsonb_each_text(to_jsonb(t)) x) from only " +
                    *row[0] + " t order by id") +
                node.sql().Text(
                    "select attname, format_type(atttypid, atttypmod), attnotnull, "
                    "pg_get_expr(d.adbin, d.adrelid) from pg_attribute left join pg_attrdef d on "
                    "d.adrelid = attrelid and d.adnum = attnum where attrelid = '" +
                    *row[0] + "'::regclass and attnum > 0 and not attisdropped order by 1") +
                node.sql().Text(
                    "select conname, pg_get_constraintdef(oid) from pg_constraint where "
                    "conrelid = '" +
                    *row[0] + "'::regclass and contype = 'c' order by 1");
      return text;
    } catch (const std::exception& error) {
      return error.what();  // it was renamed or dropped just now
    }
  }
  static std::string Tree(Node& node) {
    return node.sql().Text(
        "select inhrelid::regclass, inhparent::regclass from pg_inherits where "
        "inhparent::regclass::text !~ '^(pgq|londiste)' and inhrelid in (select c.oid from "
        "pg_class c where relkind = 'r') order by inhrelid::regclass::text, 2");
  }
  testing::AssertionResult Follows(Node& node) {
    return EventuallyEqual(
        30s, [&] { return Tables(*root_, node); }, [&] { return Tables(node, node); });
  }
  std::unique_ptr<Node> AddLeafWith(const std::string& name, const std::string& tables,
                                    const std::vector<std::string>& added) {
    auto leaf = AddNode("leaf", name, *root_, subscriber_);
    leaf->sql().Exec(tables);
    std::vector<std::string> words = {"add-table"};
    words.insert(words.end(), added.begin(), added.end());
    leaf->MustLondiste(words);
    leaf->MustLondiste({"wait-sync"});
    return leaf;
  }
  void StartWithTree() {
    StartRoot();
    root_->sql().Exec(kTree);
    root_->sql().Exec(
        "insert into parent select i, 'p' from generate_series(1, 3) i; insert into child (id, v, "
        "own) select i, 'c', i from generate_series(11, 13) i; insert into a_grandchild (id) "
        "values (21)");
    root_->MustLondiste({"add-table", "parent", "child", "a_grandchild"});
    root_->MustLondiste({"ddl", "replicate", "--tables=public.*"});
  }
  void InOneBatch(const std::vector<std::string>& transactions) {
    root_->sql().Exec("update pgq.queue set queue_ticker_paused = true");
    for (const std::string& transaction : transactions) root_->sql().Exec(transaction);
    root_->sql().Exec(
        "update pgq.queue set queue_ticker_paused = false; select "
        "pgq.force_tick('q_teste_replica'), pgq.ticker('q_teste_replica')");
  }
  // Rows between all of them; `n` makes names and keys that were not there before.
  static std::vector<std::string> Changes(const std::string& n) {
    return {"alter table parent add column w" + n + " int not null default 5, add constraint pos" +
                n + " check (w" + n + " > 0)",
            "insert into child (id, w" + n + ") values (1" + n + "00, 7); update parent set w" + n +
                " = 6 where id < 20",
            "alter table parent rename column w" + n + " to x" + n +
                "; alter table parent rename "
                "constraint pos" +
                n + " to positive" + n,
            "update only parent set x" + n + " = 8",
            "alter table parent drop constraint positive" + n +
                "; alter table parent alter column x" + n + " type text using 'x' || x" + n,
            "insert into a_grandchild (id, x" + n + ") values (2" + n + "00, 'text')",
            "alter table only parent alter column x" + n +
                " set default 'only parent', alter column x" + n +
                " drop not null; insert into child (id) values (3" + n +
                "00); insert into parent "
                "(id) values (4" +
                n + "00)",
            // what inherits keeps it
            "alter table parent add column kept" + n + " int; update child set kept" + n +
                " = own; alter table only parent drop column kept" + n,
            "update child set kept" + n + " = kept" + n +
                " + 1; alter table child drop column kept" + n,
            "alter table parent add column gone" + n +
                " timestamptz default now(); update parent set "
                "v = v || '!'; alter table parent drop column gone" +
                n,
            "create table made" + n +
                " (more int default 3, primary key (id)) inherits (parent); "
                "insert into made" +
                n + " (id) values (5" + n + "00)",
            "alter table parent add column y" + n + " int default 9; update made" + n +
                " set more = 4; alter table made" + n + " no inherit parent; alter table made" + n +
                " rename x" + n + " to mine; insert into made" + n + " (id, mine) values (6" + n +
                "00, 'mine')",
            "create table joins" + n +
                " (like parent including all, extra int); insert into joins" + n +
                " (id) values (8" + n + "00); alter table joins" + n + " inherit parent",
            "alter table parent add column j" + n + " int; update joins" + n + " set extra = 1, j" +
                n + " = 2; alter table joins" + n + " no inherit parent; alter table joins" + n +
                " drop column j" + n + "; alter table parent drop column j" + n +
                "; alter table joins" + n + " inherit parent",
            "update parent set y" + n +
                " = 1 where id = 1; truncate a_grandchild; insert into "
                "a_grandchild (id) values (7" +
                n + "00)"};
  }
};

TEST_F(WorkerDdlInheritance, WhateverPartOfTheTreeANodeHas) {
  StartWithTree();
  const auto tree = AddLeafWith("tree", kTree, {"parent", "child", "a_grandchild"});
  const auto flat = AddLeafWith("flat", kFlat, {"parent", "child", "a_grandchild"});
  const auto below = AddLeafWith("below", kFlat, {"a_grandchild"});
  const auto parts = AddLeafWith("parts", kTree, {"parent", "a_grandchild"});
  InOneBatch(Changes("1"));
  // The table between the two is not replicated there, and keeps what the root's has not.
  EXPECT_TRUE(Eventually(30s, "follows", [&] {
    return Tables(*parts, *parts).find("y1|integer") != std::string::npos;
  })) << parts->Log();
  EXPECT_THAT(Tables(*parts, *parts), testing::HasSubstr("kept1|integer"));
  parts->sql().Exec("alter table child drop column kept1");
  for (Node* node : {tree.get(), flat.get(), below.get(), parts.get()}) {
    EXPECT_TRUE(Follows(*node)) << node->Log();
    EXPECT_EQ(node->Londiste({"check"}).status, 0) << node->Londiste({"check"}).out;
  }
  const std::string as_before = "a_grandchild|child\nchild|parent\n";
  EXPECT_EQ(Tree(*root_), as_before + "joins1|parent\n");
  EXPECT_EQ(Tree(*tree), as_before + "joins1|parent\n");
  EXPECT_EQ(Tree(*flat), "joins1|parent\n");
  EXPECT_EQ(Tree(*below), "");

  // What is new inherits where what is above is there, as if it had been made there.
  root_->sql().Exec(
      "create table again (primary key (id)) inherits (child); insert into again (id) values (1); "
      "create table late () inherits (parent); alter table late add primary key (id)");
  for (Node* node : {tree.get(), flat.get(), below.get(), parts.get()}) {
    node->MustLondiste({"wait-root"});
    EXPECT_TRUE(Follows(*node)) << node->Log();
  }
  EXPECT_EQ(Tree(*tree), Tree(*root_));
  EXPECT_EQ(Tree(*flat), "again|child\njoins1|parent\nlate|parent\n");
  tree->sql().Exec("alter table parent drop column v");
  EXPECT_EQ(tree->sql().Value("select count(*) from pg_attribute where attrelid = 'late'::regclass "
                              "and attname = 'v'"),
            "0");

  // All of it.
  root_->sql().Exec("drop table parent cascade");
  tree->MustLondiste({"wait-root"});
  EXPECT_EQ(tree->sql().Value("select to_regclass('a_grandchild')"), "(null)");
}

TEST_F(WorkerDdlInheritance, AKillAnywhereNeitherRepeatsNorSkips) {
  StartWithTree();
  const auto tree = AddLeafWith("tree", kTree, {"parent", "child", "a_grandchild"});
  int n = 0;
  for (const char* stop :
       {"batch_after_new_list=kill@1", "batch_before_commit=kill@1", "batch_after_commit=kill@1"}) {
    EXPECT_EQ(tree->StopWorker(), 0) << stop;
    InOneBatch(Changes(std::to_string(++n)));
    tree->StartWorker({{"SKYTOOLS_FAILPOINT", stop}});
    EXPECT_EQ(tree->worker().Wait(30s), 128 + 9) << stop << tree->Log();
    tree->StartWorker();
    EXPECT_TRUE(Follows(*tree)) << stop << tree->Log();
    EXPECT_EQ(Tree(*tree), Tree(*root_));
  }
}

// The child of a node whose tables belong to different people.
TEST_F(WorkerDdlInheritance, ANodeThatMayNotLetATableInheritStopsAndSaysSo) {
  StartWithTree();
  const auto flat = AddLeafWith("flat", kFlat, {"parent", "child"});
  flat->sql().Exec("create role someone; alter table child owner to someone");
  root_->sql().Exec(
      "alter table child no inherit parent; alter table child inherit parent; insert into child "
      "(id) values (1)");
  EXPECT_TRUE(Eventually(30s, "stops", [&] {
    return flat->sql()
               .Value(
                   "select string_agg(message || ' ' || hint, '; ') from "
                   "pgq.get_conditions('q_teste_replica') where severity = 'error'")
               .find("must be owner of table parent") != std::string::npos;
  })) << flat->Log();
  flat->sql().Exec("alter table parent owner to someone");
  EXPECT_TRUE(Follows(*flat)) << flat->Log();
  EXPECT_EQ(Tree(*flat), "child|parent\n");
}

}  // namespace
}  // namespace e2e
