// Events that are no rows: scripts, registrations, foreign types; and settings that choose what a
// node takes.
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
    subscriber_.CreateDatabase("db_leaf");
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

TEST_F(WorkerEvents, AnUnknownEventStopsTheQueueWithAClearError) {
  StartRoot();
  const auto leaf = AddLeaf();
  root_->sql().Exec("select pgq.insert_event('q_teste_replica', 'surprise', 'x')");
  EXPECT_TRUE(Eventually(30s, "error stored", [&] {
    return Error(*leaf) == "Unhandled event type in queue: surprise";
  }));
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
