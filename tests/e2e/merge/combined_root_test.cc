// Two databases are merged into one: copies, changes, what the combined queue carries on, and how
// much of it a crash can harm.
#include <gmock/gmock.h>

#include "e2e/merge_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

class CombinedRoot : public MergeStory {};

TEST_F(CombinedRoot, HoldsTheRowsOfAllPartsAndPassesThemOn) {
  StartParts(500);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  AddTable(a);
  EXPECT_EQ(States(a), "all ok, q1 ok, q2 ok");
  EXPECT_EQ(a.sql().Value("select count(*) from pg_indexes where tablename = 't'"), "2");

  merged_.CreateDatabase("below");
  test_support::Node below(dir_, merged_, "below", "below", "all");
  below.sql().Exec("create table t (id int primary key, part text, v text)");
  below.CreateLeaf(*a.combined);
  below.StartWorker();
  below.MustLondiste({"add-table", "t", "--wait-sync"});

  Insert(last_ + 1, last_ + 20);
  root1_->sql().Exec("update t set v = 'changed' where id % 5 = 0; delete from t where id % 7 = 0");
  root2_->sql().Exec("update t set v = 'changed, too' where id % 3 = 0");
  EXPECT_TRUE(IsMerged(a));
  EXPECT_TRUE(test_support::EventuallyEqual(
      60s, [&] { return test_support::TableDigest(a.sql(), "t"); },
      [&] { return test_support::TableDigest(below.sql(), "t"); }));
  EXPECT_THAT(a.sql().Error("insert into t values (0, 'x', 'x')"), HasSubstr("change not allowed"));

  // A script that runs on both parts runs here once, and once below; in pieces, too.
  const std::string script =
      dir_.Write("001.sql",
                 "alter table t add column x int; create index concurrently t_x on t (x);\n"
                 "alter table t add column y int default 1;");
  for (test_support::Node* root : {root1_.get(), root2_.get()})
    root->MustLondiste({"execute", script});
  for (test_support::Node* root : {root1_.get(), root2_.get()})
    root->sql().Exec("update t set x = 1 where id in (1, 2)");
  for (test_support::Sql* sql : {&a.sql(), &below.sql()})
    EXPECT_TRUE(Eventually(60s, "the column is used", [&] {
      return sql->Error("select x from t").empty() &&
             sql->Value("select count(*) from t where x = 1 and y = 1") == "2" &&
             sql->Value("select count(*) from pg_indexes where indexname = 't_x'") == "1";
    }));

  // What empties one part empties the whole.
  root2_->sql().Exec("truncate t");
  EXPECT_TRUE(Eventually(60s, "emptied", [&] {
    return a.sql().Value("select count(*) from t") == "0" &&
           below.sql().Value("select count(*) from t") == "0";
  }));
}

TEST_F(CombinedRoot, IsNotDroppedWhileQueuesAreMergedIntoIt) {
  StartParts(4);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  AddTable(a);
  auto result = a.combined->Londiste({"drop-node", a.combined->name()});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("other queues are merged into this one on node \"" +
                            a.combined->name() + "\": q1, q2"),
            std::string::npos)
      << result.err;
  for (Node* node : a.all()) node->StopWorker();
  for (Node* node : {a.part1.get(), a.part2.get(), a.combined.get()})
    node->MustLondiste({"drop-node", node->name()});
  EXPECT_EQ(a.sql().Value("select count(*) from t"), "8");
  EXPECT_EQ(a.sql().Value("select count(*) from pgq_node.node_info"), "0");
}

class MergeCrash : public MergeStory, public testing::WithParamInterface<const char*> {};

TEST_P(MergeCrash, LosesNothingAndRepeatsNothing) {
  StartParts(10);
  CombinedDatabase a = Combine("a");
  StartWorkers(a);
  AddTable(a);
  const int first = last_ + 1;
  EXPECT_EQ(a.part1->StopWorker(), 0);
  for (int round = 1; round <= 3; ++round) {
    a.part1->StartWorker(
        {{"SKYTOOLS_FAILPOINT", std::string(GetParam()) + "=kill@" + std::to_string(round)}});
    Insert(last_ + 1, last_ + 10);
    for (int extra = 0; extra < 20 && !a.part1->worker().Wait(500ms); ++extra)
      Insert(last_ + 1, last_ + 2);
    EXPECT_EQ(a.part1->worker().Wait(30s), 128 + 9);
  }
  a.part1->StartWorker();
  Insert(last_ + 1, last_ + 4);
  EXPECT_TRUE(IsMerged(a));
  EXPECT_TRUE(AppliedOnce(a, first, last_));
  EXPECT_TRUE(InCombinedQueueOnce(a, first, last_));
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, MergeCrash,
                         testing::Values("batch_after_next_batch", "batch_after_first_events",
                                         "batch_before_set_completed", "batch_before_commit",
                                         "batch_after_commit", "batch_after_finish"),
                         [](const auto& crash) { return std::string(crash.param); });

}  // namespace
}  // namespace e2e
