// Partitions of a replicated table that are truncated by themselves or go: told by the root.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::HasSubstr;

class WorkerPartitions : public WorkerStory {};

TEST_F(WorkerPartitions, WhatIsNotSentIsTold) {
  StartRoot();
  root_->sql().Exec(
      "create table parted (id int primary key) partition by range (id);"
      "create table parted1 partition of parted for values from (0) to (10);"
      "create table parted2 partition of parted for values from (10) to (20);"
      "insert into parted values (1), (11)");
  root_->MustLondiste({"add-table", "parted"});
  root_->sql().Exec("truncate parted1");
  EXPECT_THAT(root_->MustLondiste({"status"}).out,
              HasSubstr("partition \"public.parted1\" of table \"public.parted\" was truncated by "
                        "itself"));
  EXPECT_EQ(root_->StopWorker(), 0);
  root_->sql().Exec("alter table parted detach partition parted2");
  root_->StartWorker();
  EXPECT_TRUE(Eventually(60s, "the worker tells", [&] {
    return root_->Log().find(
               "partition \"public.parted2\" of table \"public.parted\" was detached "
               "or dropped") != std::string::npos;
  })) << root_->Log();
  EXPECT_EQ(root_->sql().Text(
                "select kind, subject from pgq.condition where kind like 'partition%' order by 1"),
            "partition_gone|public.parted (public.parted2)\n"
            "partition_truncated|public.parted (public.parted1)\n");
}

// A partition made on a leaf is guarded like the others.
TEST_F(WorkerPartitions, ALeafRefusesToTruncateOne) {
  StartRoot();
  auto leaf = AddLeaf();
  for (test_support::Node* node : {root_.get(), leaf.get()}) {
    node->sql().Exec(
        "create table parted (id int primary key) partition by range (id);"
        "create table parted1 partition of parted for values from (0) to (10)");
    node->MustLondiste({"add-table", "parted"});
  }
  EXPECT_THAT(leaf->sql().Error("truncate parted1"), HasSubstr("change not allowed (R)"));
  EXPECT_EQ(leaf->StopWorker(), 0);
  leaf->sql().Exec("create table parted2 partition of parted for values from (10) to (20)");
  leaf->StartWorker();
  EXPECT_TRUE(Eventually(60s, "the new one is guarded", [&] {
    return leaf->sql().Error("truncate parted2").find("change not allowed (R)") !=
           std::string::npos;
  })) << leaf->Log();
}

}  // namespace
}  // namespace e2e
