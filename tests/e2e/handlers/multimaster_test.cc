// Two databases that replicate a table to each other.
#include <gmock/gmock.h>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;

TEST(MultimasterStory, TheLastWriterWinsOnBothSides) {
  const test_support::TempDir dir;
  test_support::PostgresServer server;
  for (const char* name : {"a", "b"}) server.CreateNodeDatabase(name);
  const auto pgqd = test_support::StartPgqd(dir, server);
  Node a_root(dir, server, "a", "a", "from_a"), b_root(dir, server, "b", "b", "from_b"),
      a_leaf(dir, server, "a", "a_of_b", "from_b"), b_leaf(dir, server, "b", "b_of_a", "from_a");
  for (Node* node : {&a_root, &b_root}) {
    node->sql().Exec(
        "create table t (id int primary key, v text, at timestamptz not null default now())");
    node->CreateRoot();
    node->MustLondiste({"add-table", "t"});
  }
  a_root.sql().Exec("insert into t values (1, 'from a'), (2, 'from a')");
  b_leaf.CreateLeaf(a_root);
  a_leaf.CreateLeaf(b_root);
  for (Node* node : {&a_root, &b_root, &a_leaf, &b_leaf}) node->StartWorker();
  const std::vector<std::string> add = {"add-table", "t", "--no-triggers", "--handler=multimaster",
                                        "--handler-arg=timefield=at"};
  b_leaf.MustLondiste(add);
  b_leaf.MustLondiste({"wait-sync"});
  std::vector<std::string> synced = add;
  synced.emplace_back("--expect-sync");
  a_leaf.MustLondiste(synced);
  const auto rows = [](Node& node) {
    return node.sql().Value("select string_agg(id || ' ' || v, ', ' order by id) from t");
  };
  EXPECT_EQ(rows(b_root), "1 from a, 2 from a");

  // At the same time, while neither hears of the other.
  for (Node* node : {&a_leaf, &b_leaf}) node->MustLondiste({"pause"});
  a_root.sql().Exec(
      "update t set v = 'a, later', at = now() + '2 s' where id = 1; update t set v = 'a', at = "
      "now() where id = 2; insert into t values (3, 'a, first'), (4, 'only a')");
  b_root.sql().Exec(
      "update t set v = 'b', at = now() + '1 s' where id = 1; update t set v = 'b, later', at = "
      "now() + '1 s' where id = 2; insert into t values (3, 'b, second', now() + '1 s')");
  for (Node* node : {&a_leaf, &b_leaf}) node->MustLondiste({"resume"});
  for (Node* node : {&a_root, &b_root})
    EXPECT_TRUE(
        Eventually(30s, "both have the last rows",
                   [&] { return rows(*node) == "1 a, later, 2 b, later, 3 b, second, 4 only a"; }))
        << rows(*node) << a_leaf.Log() << b_leaf.Log();
  a_root.sql().Exec("delete from t where id = 4");
  EXPECT_TRUE(Eventually(30s, "deleted on both",
                         [&] { return rows(b_root) == "1 a, later, 2 b, later, 3 b, second"; }));
}

}  // namespace
