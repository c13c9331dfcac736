// The second act: root, leaf, branch, and a leaf behind the branch, on four servers.
#include <gtest/gtest.h>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using namespace test_support;

constexpr const char* kTable =
    "create table pessoa (id serial primary key, nome text not null, nota numeric)";

class CascadeStory : public testing::Test {
 protected:
  void SetUp() override {
    for (PostgresServer& server : servers_) {
      server.CreateDatabase("teste_replica");
      Sql(server.Connstr("teste_replica")).Exec(kTable);
    }
    root_.sql().Exec(
        "insert into pessoa (nome, nota) select 'n' || i, i / 7.0 from generate_series(1, 500) i");
    root_.CreateRoot();
    root_.StartWorker();
    pgqd_ = StartPgqd(dir_, servers_[0]);
    leaf_.CreateLeaf(root_);
    branch_.CreateBranch(root_);
    branch_.StartWorker();
    branch_pgqd_ = StartPgqd(dir_, servers_[2], "pgqd_branch");
    far_leaf_.CreateLeaf(branch_);
    for (Node* node : {&leaf_, &far_leaf_}) node->StartWorker();
    for (Node* node : {&root_, &leaf_, &branch_, &far_leaf_})
      node->MustLondiste({"add-table", "pessoa"});
  }
  void TearDown() override {
    if (!HasFailure()) return;
    for (Node* node : {&root_, &leaf_, &branch_, &far_leaf_})
      std::cerr << node->name() << ":\n" << node->Log() << "\n";
  }

  testing::AssertionResult EqualOn(Node& node) {
    return EventuallyEqual(
        60s, [&] { return TableDigest(root_.sql(), "pessoa"); },
        [&] { return TableDigest(node.sql(), "pessoa"); });
  }

  TempDir dir_;
  PostgresServer servers_[4];
  Node root_{dir_, servers_[0], "teste_replica", "node1"},
      leaf_{dir_, servers_[1], "teste_replica", "node2"},
      branch_{dir_, servers_[2], "teste_replica", "node3"},
      far_leaf_{dir_, servers_[3], "teste_replica", "node4"};
  std::unique_ptr<Process> pgqd_, branch_pgqd_;
};

TEST_F(CascadeStory, BranchRepublishesTheSameTicksAndEvents) {
  for (Node* node : {&leaf_, &branch_, &far_leaf_}) ASSERT_TRUE(EqualOn(*node)) << node->name();
  for (Node* node : {&leaf_, &branch_, &far_leaf_}) node->MustLondiste({"wait-sync"});

  // Single rows, a large transaction, deletes, and a truncate: events that the queue's tables hold
  // afterwards.
  for (int i = 0; i < 20; ++i)
    root_.sql().Exec("insert into pessoa (nome) values ('row " + std::to_string(i) + " é & = %')");
  root_.sql().Exec("update pessoa set nota = nota + 1 where id <= 300");
  root_.sql().Exec("delete from pessoa where id % 3 = 0");
  for (Node* node : {&leaf_, &branch_, &far_leaf_}) EXPECT_TRUE(EqualOn(*node)) << node->name();

  // What the branch's queue holds is what the root's queue held since the branch exists, id for id
  // and tick for tick.
  const std::string from = branch_.sql().Value("select min(ev_id) from pgq.event_1");
  const std::string events =
      "select ev_id, ev_time, ev_type, ev_data, ev_extra1 from pgq.event_1 where ev_type not like "
      "'pgq.%' and ev_id >= " +
      from + " order by ev_id";
  EXPECT_EQ(root_.sql().Text(events), branch_.sql().Text(events));
  const std::string top = branch_.sql().Value("select max(tick_id) from pgq.tick");
  const std::string low =
      branch_.sql().Value("select min(tick_id) from pgq.tick where tick_id > 1");
  const std::string tick_ids =
      "select tick_id from pgq.tick where tick_id between " + low + " and " + top + " order by 1";
  EXPECT_EQ(root_.sql().Text(tick_ids), branch_.sql().Text(tick_ids));

  EXPECT_EQ(branch_.sql().Error("insert into pessoa (id, nome) values (-1, 'x')"),
            "Insert into queue disallowed");
  EXPECT_EQ(far_leaf_.sql().Error("delete from pessoa"),
            "Table 'public.pessoa' to queue 'q_teste_replica': change not allowed (D)");

  // A table that the branch does without: it is made and copied as it is on the root, and followed
  // through the branch.
  root_.sql().Exec(
      "create table item (id int not null, part int not null default 1, v text default 'x', unique "
      "(id, part)); insert into item select generate_series(1, 100)");
  EXPECT_NE(
      root_.MustLondiste({"add-table", "item"})
          .err.find("Table added: public.item, with the key of unique index item_id_part_key"),
      std::string::npos);
  ASSERT_TRUE(Eventually(60s, "the branch knows the table", [&] {
    return branch_.sql().Value(
               "select count(*) from londiste.table_info where table_name = 'public.item'") == "1";
  }));
  for (const std::string source : {"--find-copy-node", "--copy-node=node1"}) {
    far_leaf_.MustLondiste({"add-table", "item", "--create-full", source, "--wait-sync"});
    root_.sql().Exec("update item set v = v || id; delete from item where id % 2 = 0");
    EXPECT_TRUE(EventuallyEqual(
        60s, [&] { return TableDigest(root_.sql(), "item"); },
        [&] { return TableDigest(far_leaf_.sql(), "item"); }))
        << source;
    far_leaf_.MustLondiste({"remove-table", "item"});
    far_leaf_.sql().Exec("drop table item");
  }
  EXPECT_EQ(branch_.sql().Value("select to_regclass('item') is null"), "t");
}

TEST_F(CascadeStory, StatusAndMembersShowTheWholeTree) {
  for (Node* node : {&leaf_, &branch_, &far_leaf_}) ASSERT_TRUE(EqualOn(*node)) << node->name();
  for (Node* node : {&leaf_, &branch_, &far_leaf_}) node->MustLondiste({"wait-sync"});
  const std::string status = far_leaf_.MustLondiste({"status"}).out;
  for (const char* expected : {"Queue: q_teste_replica   Local node: node4", "node1 (root)",
                               "node2 (leaf)", "node3 (branch)", "node4 (leaf)", "Lag: "})
    EXPECT_NE(status.find(expected), std::string::npos) << expected << " in\n" << status;
  EXPECT_NE(far_leaf_.MustLondiste({"members"}).out.find("node3"), std::string::npos);
}

}  // namespace
