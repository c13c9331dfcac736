// Two queues that fill one table: no copy empties what the other queue brought.
#include <gmock/gmock.h>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

TEST(CopyFeeders, NothingIsEmptiedThatAnotherQueueFills) {
  test_support::TempDir dir;
  test_support::PostgresServer server;
  for (const char* name : {"db1", "db2", "db3"}) server.CreateDatabase(name);
  Node root1(dir, server, "db1", "root1", "q1"), root2(dir, server, "db2", "root2", "q2");
  Node leaf1(dir, server, "db3", "leaf1", "q1"), leaf2(dir, server, "db3", "leaf2", "q2");
  const auto pgqd = test_support::StartPgqd(dir, server);
  int first = 0;
  for (Node* root : {&root1, &root2}) {
    root->CreateRoot();
    root->sql().Exec("create table t (id int primary key); insert into t select generate_series(" +
                     std::to_string(first + 1) + ", " + std::to_string(first + 1000) + ")");
    root->MustLondiste({"add-table", "t"});
    first += 1000;
  }
  leaf1.sql().Exec("create table t (id int primary key)");
  leaf1.CreateLeaf(root1);
  leaf2.CreateLeaf(root2);
  leaf1.StartWorker();
  leaf2.StartWorker();
  const auto rows = [&] { return leaf1.sql().Value("select count(*) from t"); };

  leaf1.MustLondiste({"add-table", "t", "--trigger-arg=no_merge", "--wait-sync"});
  const auto refused = leaf2.Londiste({"add-table", "t", "--trigger-arg=no_merge"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("Found local table public.t in queue q1"));

  // As SkyTools' functions register it.
  leaf2.sql().Exec(
      "update londiste.table_info set local = true where queue_name = 'q2' and table_name = "
      "'public.t'");
  EXPECT_TRUE(Eventually(60s, "it is told", [&] {
    return leaf2.sql().Value(
               "select count(*) from pgq.condition where queue_name = 'q2' and kind "
               "= 'copy_refused' and severity = 'error'") == "1";
  })) << leaf2.Log();
  EXPECT_THAT(leaf2.MustLondiste({"status"}).out, HasSubstr("is filled by queue q1 as well"));
  EXPECT_EQ(rows(), "1000");
  const auto resync = leaf1.Londiste({"resync", "t"});
  EXPECT_EQ(resync.status, 1);
  EXPECT_THAT(resync.err, HasSubstr("is filled by queue q2 as well"));

  leaf2.MustLondiste({"remove-table", "t"});
  leaf2.MustLondiste(
      {"add-table", "t", "--trigger-arg=no_merge", "--skip-truncate", "--wait-sync"});
  EXPECT_EQ(rows(), "2000");
  EXPECT_EQ(leaf2.sql().Value("select count(*) from pgq.condition where kind = 'copy_refused'"),
            "0");
}

}  // namespace
