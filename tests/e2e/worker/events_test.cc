// Events that are no rows: scripts, registrations, foreign types; and settings that choose what a
// node takes.
#include <unistd.h>

#include <cstdio>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;

class WorkerEvents : public WorkerStory {
 protected:
  std::string Error(Node& node) {
    return node.sql().Value("select cur_error from pgq_node.local_state where consumer_name = '" +
                            node.name() + "_worker'");
  }
  std::unique_ptr<Node> LeafWith(const std::string& settings) {
    subscriber_.CreateNodeDatabase("db_leaf");
    auto leaf =
        std::make_unique<Node>(dir_, subscriber_, "db_leaf", "leaf", "q_teste_replica", settings);
    leaf->sql().Exec(
        "create table t (id int primary key, v text); create table u (id int primary key, v text)");
    leaf->CreateLeaf(*root_);
    leaf->StartWorker();
    return leaf;
  }
  void AddTableU() {
    root_->sql().Exec("create table u (id int primary key, v text)");
    root_->MustLondiste({"add-table", "u"});
  }
};

TEST_F(WorkerEvents, ScriptsRunBetweenTheRowsAroundThem) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 3);
  root_->sql().Exec(
      "begin; select londiste.execute_start('q_teste_replica', 'add_column.sql', 'alter table t "
      "add w int default 5', true);"
      "alter table t add w int default 5; select londiste.execute_finish('q_teste_replica', "
      "'add_column.sql'); commit");
  root_->sql().Exec("insert into t values (4, 'after', 44)");
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(leaf->sql().Text("select id, w from t order by id"), "1|5\n2|5\n3|5\n4|44\n");
  EXPECT_EQ(leaf->sql().Value("select execute_file from londiste.applied_execute"),
            "add_column.sql");
}

// One by one, many at a time, through ranges that overlap, and back to a key that is free again.
TEST_F(WorkerEvents, RowsAreFollowedUnderNewKeys) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  const auto follows = [&](Node& node) {
    const char* const rows =
        "select string_agg(id || ' ' || coalesce(v, '?'), ',' order by id) from t";
    return test_support::EventuallyEqual(
        60s, [&] { return root_->sql().Value(rows); }, [&] { return node.sql().Value(rows); });
  };
  // Without a trigger that needs each row by itself, and with a column that no event has.
  leaf->sql().Exec("drop trigger note_row on t; alter table t add here text default 'kept'");
  root_->sql().Exec(
      "insert into t select n, 'row ' || n from generate_series(1, 3) n; update t set id = -100 "
      "where id = 1; update t set id = -id where id = 2; update t set id = 1, v = null where id = "
      "3;"
      "insert into t select n, 'n' || n from generate_series(1001, 3000) n");
  EXPECT_TRUE(follows(*leaf));
  leaf->sql().Exec(
      "set session_replication_role = local; update t set here = id::text where id > 2900; reset "
      "session_replication_role");
  root_->sql().Exec(
      "begin; delete from t where id = 1001; update t set id = id - 1000 where id > 1001; update t "
      "set id = 5000 where id = 2000; insert into t values (2000, 'again'); commit");
  EXPECT_TRUE(follows(*branch));
  EXPECT_TRUE(follows(*leaf));
  EXPECT_EQ(leaf->sql().Value("select string_agg(here, ' ' order by id) from t where id in ("
                              "1950, 2000, 5000, -100)"),
            "kept 2950 kept 3000");
  EXPECT_EQ(branch->sql().Value(
                "select setting_value from pgq.queue_setting where setting_name = 'key_update'"),
            "replicate");
}

// It may be a change of a row.
TEST_F(WorkerEvents, AnUnknownEventStopsTheQueueWithAClearError) {
  StartRoot();
  const auto leaf = AddLeaf();
  root_->sql().Exec(
      "alter table t add _pgq_ev_type text; insert into t (id, _pgq_ev_type) values (1, "
      "'surprise')");
  EXPECT_TRUE(Eventually(30s, "error stored", [&] {
    const std::string error = Error(*leaf);
    return error.starts_with("Unhandled event type in queue: surprise (event ") &&
           error.ends_with(", table \"public.t\")");
  }));
  EXPECT_TRUE(Eventually(10s, "the hint is told", [&] {
    return leaf->Log().find("a column _pgq_ev_type of the table") != std::string::npos;
  }));
}

// Below a branch, too: it hands on what it does not understand.
TEST_F(WorkerEvents, BookkeepingThatMakesNoSenseIsPassedOverAndTold) {
  StartRoot();
  const auto branch = AddBranch();
  test_support::PostgresServer third;
  const auto leaf = AddNode("leaf", "node3", *branch, third);
  root_->sql().Exec(
      "select pgq.insert_event('q_teste_replica', type, data, extra1, null, null, null) from "
      "(values "
      "('pgq.global-watermark', 'soon', 'q_teste_replica'), ('pgq.surprise', 'x', null), "
      "('londiste.update-seq', 'many', 'public.s'), ('londiste.update-seq', '5', null), "
      "('londiste.add-table', '', null), ('londiste.remove-seq', null, null), "
      "('londiste.surprise', 'x', 'public.t'), ('londiste.surprise', 'y', 'public.t')) v (type, "
      "data, extra1)");
  Insert(1, 3);
  for (Node* node : {branch.get(), leaf.get()}) {
    EXPECT_TRUE(BecomesEqual(*node));
    EXPECT_TRUE(Eventually(30s, "told in " + node->name(), [&] {
      return node->sql().Text(
                 "select subject, severity from pgq.get_conditions('q_teste_replica') where kind = "
                 "'unknown_event' order by 1") ==
             "londiste.add-table|error\nlondiste.remove-seq|error\nlondiste.surprise|error\n"
             "londiste.update-seq|error\npgq.global-watermark|warning\npgq.surprise|warning\n";
    }));
    EXPECT_NE(
        node->Log().find(
            "(londiste.update-seq) was skipped: \"many\" is no value of sequence \"public.s\""),
        std::string::npos);
  }
}

TEST_F(WorkerEvents, AKeyThatWasDroppedHereIsTold) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
  const auto told = [&] {
    return leaf->sql().Value(
        "select count(*) from pgq.get_conditions('q_teste_replica') where kind = 'no_key' and "
        "subject = 'public.t' and severity = 'warning'");
  };
  leaf->sql().Exec("alter table t drop constraint t_pkey");
  leaf->StopWorker();
  leaf->StartWorker();
  root_->sql().Exec("update t set v = 'x' where id = 1");
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(Eventually(30s, "told", [&] { return told() == "1"; }));
  EXPECT_NE(leaf->Log().find("each change reads the whole table"), std::string::npos);
  leaf->sql().Exec("alter table t add primary key (id)");
  root_->sql().Exec("update t set v = 'y' where id = 1");
  EXPECT_TRUE(Eventually(30s, "no longer", [&] { return told() == "0"; }));
}

// Counted with the batch: whatever becomes of the worker.
TEST_F(WorkerEvents, MissingRowsAreCountedUntilTheTableIsCopiedAgain) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 6);
  EXPECT_TRUE(BecomesEqual(*leaf));
  leaf->sql().Exec("set session_replication_role = replica; delete from t where id <= 4");
  leaf->DropSession();
  root_->sql().Exec("update t set v = 'x' where id = 1; delete from t where id in (2, 3)");
  const auto counted = [&] {
    return leaf->sql().Text(
        "select updates, deletes, last_key from "
        "londiste.get_missing_rows('q_teste_replica')");
  };
  EXPECT_TRUE(Eventually(30s, "counted", [&] { return counted() == "1|2|(id=3)\n"; }));
  leaf->StopWorker();
  leaf->StartWorker();
  root_->sql().Exec("update t set v = 'x' where id = 4");
  EXPECT_TRUE(Eventually(30s, "counted on", [&] { return counted() == "2|2|(id=4)\n"; }));
  for (const char* key : {"id=1", "id=2", "id=3", "id=4"})
    EXPECT_NE(leaf->Log().find(std::string("has no row with key (") + key), std::string::npos);
  const auto told = [&] {
    return leaf->sql().Value(
        "select count(*) from pgq.get_conditions('q_teste_replica') where kind = 'missing_rows' "
        "and "
        "message like '%updates and 2 deletes%the last with key%'");
  };
  EXPECT_TRUE(Eventually(30s, "told", [&] { return told() == "1"; }));
  leaf->MustLondiste({"resync", "t"});
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(Eventually(30s, "over", [&] { return told() == "0" && counted().empty(); }));
}

// After the worker has looked at its tables, and before it asks for the batch that has the row.
TEST_F(WorkerEvents, ATableIsAddedWhileABatchIsAskedFor) {
  StartRoot();
  const auto leaf = AddLeaf();
  AddTableU();
  leaf->sql().Exec("create table u (id int primary key, v text)");
  leaf->MustLondiste({"wait-root"});
  EXPECT_EQ(leaf->StopWorker(), 0);
  const std::string hold = dir_.path() + "/hold";
  leaf->StartWorker({{"SKYTOOLS_FAILPOINT", "batch_before_next_batch=hold@1"},
                     {"SKYTOOLS_FAILPOINT_HOLD", hold}});
  ASSERT_TRUE(Eventually(30s, "it stands there", [&] { return access(hold.c_str(), F_OK) == 0; }));
  leaf->MustLondiste({"add-table", "u", "--expect-sync"});
  root_->sql().Exec("insert into u values (1, 'one')");
  ASSERT_TRUE(Eventually(30s, "a tick comes behind it", [&] {
    return root_->sql().Value(
               "select (select max(tick_event_seq) from pgq.tick) >= (select max(ev_id) from "
               "pgq.event_template)") == "t";
  }));
  remove(hold.c_str());
  EXPECT_TRUE(Eventually(20s, "the row comes", [&] {
    return leaf->sql().Value("select v from u") == "one";
  })) << leaf->Log();
}

TEST_F(WorkerEvents, ARemovedTableIsNotTouchedAnyMore) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
  root_->MustLondiste({"remove-table", "t"});
  EXPECT_TRUE(Eventually(30s, "unknown on the leaf", [&] {
    return leaf->sql().Value("select count(*) from londiste.table_info") == "0";
  }));
  root_->sql().Exec("insert into t values (4, 'x')");
  leaf->sql().Exec("delete from t");  // no trigger refuses it
  EXPECT_EQ(leaf->sql().Value("select count(*) from t"), "0");
}

TEST_F(WorkerEvents, RegistrationFiltersKeepTablesOut) {
  StartRoot();
  const auto leaf = LeafWith("register_skip_tables = public.u");
  AddTableU();
  root_->sql().Exec("create table later (id int primary key)");
  root_->MustLondiste({"add-table", "later"});
  EXPECT_TRUE(Eventually(30s, "the later table is known", [&] {
    return leaf->sql().Value(
               "select count(*) from londiste.table_info where table_name = 'public.later'") == "1";
  }));
  EXPECT_EQ(
      leaf->sql().Value("select count(*) from londiste.table_info where table_name = 'public.u'"),
      "0");
  root_->MustLondiste({"remove-table", "u"});  // unknown on the leaf: no reason to stop
  leaf->MustLondiste({"add-table", "t"});
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
}

TEST_F(WorkerEvents, LocalOnlyLeavesOtherTablesRowsAtTheProvider) {
  StartRoot();
  AddTableU();
  const auto leaf = LeafWith("local_only = 1");
  leaf->MustLondiste({"add-table", "t"});
  leaf->MustLondiste({"wait-sync"});
  root_->sql().Exec("insert into u select i, 'x' from generate_series(1, 500) i");
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(leaf->Log().find("ignored_events"), std::string::npos) << leaf->Log();
  EXPECT_EQ(leaf->sql().Value("select count(*) from u"), "0");
  leaf->MustLondiste({"add-table", "u"});
  leaf->MustLondiste({"wait-sync"});
  root_->sql().Exec("insert into u values (501, 'y')");
  EXPECT_TRUE(Eventually(30s, "the new table follows",
                         [&] { return leaf->sql().Value("select count(*) from u") == "501"; }));
}

TEST_F(WorkerEvents, RewindBringsTheProviderBackToTheNode) {
  StartRoot();
  const auto leaf = AddLeaf();
  Insert(1, 3);
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(leaf->StopWorker(), 0);
  Insert(4, 6);
  EXPECT_TRUE(Eventually(30s, "a tick after the node's position", [&] {
    return root_->sql().Value(
               "select max(tick_id) > (select last_tick from "
               "pgq.get_consumer_info('q_teste_replica', 'node2_worker')) from pgq.tick") == "t";
  }));
  // Somebody moves the consumer on: the node would miss rows.
  root_->sql().Exec(
      "select pgq.register_consumer_at('q_teste_replica', 'node2_worker', max(tick_id)) from "
      "pgq.tick");
  Insert(7, 7);
  leaf->StartWorker();
  EXPECT_TRUE(
      Eventually(30s, "refused", [&] { return Error(*leaf).starts_with("Lost position: batch"); }));
  EXPECT_EQ(leaf->StopWorker(), 0);
  leaf->MustLondiste({"worker", "--rewind"});
  leaf->StartWorker();
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_TRUE(AppliedOnce(*leaf, 1, 7));
}

}  // namespace
}  // namespace e2e
