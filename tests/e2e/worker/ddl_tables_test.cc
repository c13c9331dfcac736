// Tables that are created, renamed, moved and dropped on the root, among the rows of one batch.
#include <gmock/gmock.h>

#include <fstream>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::Node;
using testing::HasSubstr;

class WorkerDdlTables : public WorkerStory {
 protected:
  void Replicate(const std::string& tables) {
    root_->MustLondiste({"ddl", "replicate", "--tables=" + tables});
  }
  // Tables of the queue, as a node has them, each with its rows.
  static std::string Tables(Node& node) {
    try {
      return ReadTables(node);
    } catch (const std::exception& error) {
      return error.what();  // it was renamed or dropped just now
    }
  }
  static std::string ReadTables(Node& node) {
    std::string text;
    for (const auto& row : node.sql().Exec(
             "select table_name, londiste.quote_fqname(coalesce(dest_table, table_name)), "
             "merge_state from londiste.table_info where queue_name = 'q_teste_replica' order by "
             "1"))
      text += *row[0] + " " + row[2].value_or("NULL") + ": " +
              node.sql().Value("select coalesce(string_agg(t::text, ' ' order by id), '') from " +
                               *row[1] + " t") +
              "\n";
    return text;
  }
  testing::AssertionResult Follows(Node& node) {
    return EventuallyEqual(
        30s, [&] { return Tables(*root_); }, [&] { return Tables(node); });
  }
  void InOneBatch(const std::vector<std::string>& transactions) {
    root_->sql().Exec("update pgq.queue set queue_ticker_paused = true");
    for (const std::string& transaction : transactions) root_->sql().Exec(transaction);
    root_->sql().Exec(
        "update pgq.queue set queue_ticker_paused = false; select "
        "pgq.force_tick('q_teste_replica'), pgq.ticker('q_teste_replica')");
  }
  // All that can be done to the list, rows between; `n` makes names that were not there before.
  std::vector<std::string> Changes(const std::string& n) {
    return {
        "insert into t values (" + n + ", 'before')",
        "create table made" + n + " (id serial primary key, v text not null default 'd')",
        "insert into made" + n + " (v) values ('one'), ('two')",
        "alter table made" + n + " rename to named" + n,
        "update named" + n + " set v = v || '!'; insert into named" + n + " default values",
        "create schema s" + n + "; alter table named" + n + " set schema s" + n,
        "insert into s" + n + ".named" + n + " values (50, 'moved')",
        "alter schema s" + n + " rename to m" + n,
        "alter table m" + n + ".named" + n + " add column w int default 5; insert into m" + n +
            ".named" + n + " values (60, 'with its schema', 6)",
        "create table gone" + n + " (id int primary key); insert into gone" + n +
            " values (1); drop table gone" + n,
        "create table again" + n + " (id int primary key); insert into again" + n + " values (1)",
        "drop table again" + n + "; create table again" + n +
            " (id int primary key, other text); insert into again" + n + " values (2, 'new')",
        "create type mood" + n + " as enum ('sad'); create table parted" + n +
            " (id int primary key, m mood" + n +
            " default 'sad', twice int generated always as (id "
            "* 2) stored) partition by range (id); create table parted" +
            n +
            "_a partition of "
            "parted" +
            n + " for values from (0) to (10)",
        "insert into parted" + n + " values (1)",
        "alter sequence m" + n + ".made" + n + "_id_seq rename to \"Its \"\"ids\" ; insert into m" +
            n + ".named" + n + " default values",
        // it has partitions and rows when it gets its key, and is added
        "create table late" + n + " (id int, late int) partition by list (id); create table late" +
            n + "_a partition of late" + n + " for values in (1, 2); insert into late" + n +
            " values "
            "(1)",
        "alter table late" + n + " add primary key (id); insert into late" + n + " values (2)",
        // a copy of a table takes its place
        "create table next" + n + " (id int primary key, v text, more int); insert into next" + n +
            " select id, v, 1 from t; alter table t rename to t_old" + n + "; alter table next" +
            n + " rename to t; insert into t values (-" + n + ", 'swapped', 2)",
        "create table \"Odd; 'o' " + n +
            "\" (id int primary key, \"C \\ c\" text default E'a\\\\b;''\n'); insert into "
            "\"Odd; 'o' " +
            n + "\" values (1); alter table \"Odd; 'o' " + n + "\" rename to \"Odd \"\"q" + n +
            "\"; insert into \"Odd \"\"q" + n + "\" values (2)",
        "update t set more = more + 1 where id < 0; insert into t values (1000 + " + n +
            ", 'last', 3); delete from t where id = " + n,
    };
  }
};

TEST_F(WorkerDdlTables, TheListChangesWithinABatch) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  Replicate("public.*, m*.*");
  EXPECT_EQ(root_->MustLondiste({"ddl"}).out,
            "ddl: replicate\nunsafe: refuse\ngrants: no\ntables: public.*,m*.*\n");
  InOneBatch(Changes("1"));
  EXPECT_TRUE(Follows(*branch)) << branch->Log();
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  for (Node* node : {branch.get(), leaf.get()}) {
    EXPECT_EQ(node->sql().Value("select to_regclass('gone1')"), "(null)");
    EXPECT_EQ(node->Londiste({"check"}).status, 0) << node->Londiste({"check"}).out;
  }
  // Sequences that new tables own go with them through all this, and go on elsewhere.
  const std::string sequences = "select seq_name, local from londiste.seq_info order by 1";
  EXPECT_EQ(root_->sql().Text(sequences), "m1.Its \"ids|t\n");
  for (Node* node : {branch.get(), leaf.get()})
    EXPECT_EQ(node->sql().Text(sequences), "m1.Its \"ids|t\n");

  // The branch hands everything on, once and under the same ids.
  const std::string events =
      "select ev_id, ev_type, ev_extra1 from pgq.event_template where (ev_type ~ '^[IUD]:' or "
      "ev_type = 'EXECUTE' or ev_type like 'londiste.%') and ev_id > 1 order by 1";
  EXPECT_EQ(branch->sql().Text(events), root_->sql().Text(events));
  EXPECT_EQ(root_->sql().Text("select kind, message from londiste.check_tables("
                              "'q_teste_replica', null)"),
            "");

  // The next root publishes what is done there.
  const auto ticker = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
  root_->MustLondiste({"switchover", "node2"});
  branch->sql().Exec(
      "alter table t rename to turned; insert into turned values (9999, 'there', 0); create table "
      "there (id int generated always as identity primary key); insert into there default values; "
      "insert into m1.named1 default values; drop table again1");
  for (Node* node : {root_.get(), leaf.get()})
    EXPECT_TRUE(EventuallyEqual(
        30s, [&] { return Tables(*branch); }, [&] { return Tables(*node); }))
        << node->Log();
  EXPECT_EQ(branch->sql().Value("select max(id) from m1.named1 where id < 50"), "5");
  EXPECT_EQ(root_->sql().Value("select nextval('there_id_seq') > 1000"), "t");
}

// The provider leaves out rows of tables that are not here: it has to be asked again.
TEST_F(WorkerDdlTables, WhereOnlyItsOwnTablesCome) {
  StartRoot();
  const auto leaf = AddLeaf();
  leaf->StopWorker();
  std::ofstream(leaf->ini(), std::ios::app) << "local_only = 1\n";
  leaf->StartWorker();
  Replicate("public.*,m*.*");
  InOneBatch(Changes("1"));
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  EXPECT_EQ(leaf->sql().Value("select count(*) from londiste.execute_progress"), "0");
}

// One kill after the other, on the same node.
TEST_F(WorkerDdlTables, AKillAnywhereNeitherRepeatsNorSkips) {
  StartRoot();
  const auto leaf = AddLeaf();
  Replicate("public.*,m*.*");
  int n = 0;
  for (const char* stop :
       {"batch_after_new_list=kill@1", "batch_after_new_list=kill@4", "batch_after_new_list=kill@9",
        "batch_before_commit=kill@1", "batch_after_commit=kill@1"}) {
    EXPECT_EQ(leaf->StopWorker(), 0) << stop;
    InOneBatch(Changes(std::to_string(++n)));
    leaf->StartWorker({{"SKYTOOLS_FAILPOINT", stop}});
    EXPECT_EQ(leaf->worker().Wait(30s), 128 + 9) << stop << leaf->Log();
    leaf->StartWorker();
    EXPECT_TRUE(Follows(*leaf)) << stop << leaf->Log();
  }
  // The same where the batch is applied in parts.
  leaf->StopWorker();  // of any status: it had nothing left to do, and may be just about to begin
  std::ofstream(leaf->ini(), std::ios::app) << "local_only = 1\n";
  for (const char* stop : {"execute_before_piece_commit=kill@3", "execute_after_piece=kill@2",
                           "batch_before_commit=kill@3", "batch_before_commit=kill@6"}) {
    if (leaf->has_worker()) leaf->StopWorker();
    InOneBatch(Changes(std::to_string(++n)));
    leaf->StartWorker({{"SKYTOOLS_FAILPOINT", stop}});
    EXPECT_EQ(leaf->worker().Wait(30s), 128 + 9) << stop << leaf->Log();
    leaf->StartWorker();
    EXPECT_TRUE(Follows(*leaf)) << stop << leaf->Log();
  }
}

// The copy has locks of its table, and has gone by the old name.
TEST_F(WorkerDdlTables, WhatIsBeingCopiedIsCopiedAgainOrDropped) {
  StartRoot();
  const auto leaf = AddLeaf();
  Replicate("");
  for (const char* table : {"renamed", "dropped"})
    for (Node* node : {root_.get(), leaf.get()})
      node->sql().Exec("create table " + std::string(table) +
                       " (id int primary key, v text); create index on " + table + " (v)");
  root_->sql().Exec(
      "insert into renamed select i, repeat(md5(i::text), 25) from generate_series(1, 9000) i; "
      "insert into dropped table renamed");
  root_->MustLondiste({"add-table", "renamed", "dropped"});
  leaf->StopWorker();
  std::ofstream(leaf->ini(), std::ios::app)
      << "threaded_copy_tables = *\nthreaded_copy_pool_size = 2\nparallel_copies = 2\n";
  leaf->StartWorker({{"SKYTOOLS_FAILPOINT", "copy_before_index_commit=sleep:2000"}});
  leaf->MustLondiste({"add-table", "renamed", "dropped"});
  EXPECT_TRUE(Eventually(30s, "both are copied", [&] {
    return leaf->sql().Value(
               "select count(*) from londiste.table_info where merge_state = 'catching-up' and "
               "dropped_ddl is not null") == "2";
  })) << leaf->Log();
  root_->sql().Exec(
      "update renamed set v = 'y' where id < 100; alter table renamed rename to other; insert into "
      "other values (-1, 'behind'); drop table dropped");
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  EXPECT_EQ(leaf->sql().Value("select to_regclass('dropped')"), "(null)");
  EXPECT_EQ(leaf->sql().Value("select count(*) from pg_indexes where tablename = 'other'"), "2");
  EXPECT_EQ(leaf->Londiste({"check"}).status, 0);
}

TEST_F(WorkerDdlTables, ANodeThatCannotFollowStopsAndSaysSo) {
  StartRoot();
  const auto leaf = AddLeaf();
  Replicate("public.*");
  leaf->sql().Exec("create table taken (id int)");
  root_->sql().Exec("alter table t rename to taken; insert into taken values (1, 'x')");
  const auto error = [&] {
    return leaf->sql().Value(
        "select string_agg(message || ' ' || hint, '; ') from "
        "pgq.get_conditions('q_teste_replica') where severity = 'error'");
  };
  EXPECT_TRUE(Eventually(30s, "stops", [&] {
    return error().find("relation \"taken\" already exists") != std::string::npos;
  })) << error();
  EXPECT_THAT(error(), HasSubstr("execute --retry ddl.node1."));
  leaf->sql().Exec("drop table taken");
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();

  // A view needs the table: it stays, and leaves the queue.
  leaf->sql().Exec("create view needs as select * from taken");
  root_->sql().Exec("drop table taken");
  EXPECT_TRUE(Eventually(30s, "stops", [&] {
    return error().find("cannot drop table public.taken because other objects depend on it") !=
           std::string::npos;
  })) << error();
  EXPECT_TRUE(Eventually(30s, "noted", [&] {
    return leaf->sql().Value("select count(*) from londiste.execute_progress") == "1";
  }));
  const std::string script =
      leaf->sql().Value("select execute_file from londiste.execute_progress");
  leaf->MustLondiste({"execute", "--skip", script});
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  EXPECT_EQ(leaf->sql().Value("select count(*) from taken"), "1");

  // One that is there is copied, never taken for the same.
  leaf->sql().Exec("create table made (id int primary key); insert into made values (9)");
  root_->sql().Exec("create table made (id int primary key); insert into made values (1)");
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
  // Rows that came with the table are copied, too.
  root_->sql().Exec("create table filled (id) as select 1; drop table filled");
  EXPECT_TRUE(Follows(*leaf)) << leaf->Log();
}

}  // namespace
}  // namespace e2e
