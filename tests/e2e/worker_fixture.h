// A root and what hangs below it, with the real daemons, for the stories about workers.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace e2e {

class WorkerStory : public testing::Test {
 protected:
  // Root node1 on the first server with table `t (id int primary key, v text)`, its worker and
  // pgqd.
  void StartRoot();
  // A node below `provider`, its table t subscribed and its worker running; returns when the tables
  // are equal. On the node each row applied by replication leaves a line in `applied_rows`, which
  // tells how often it was applied.
  std::unique_ptr<test_support::Node> AddNode(const std::string& type, const std::string& name,
                                              const test_support::Node& provider,
                                              test_support::PostgresServer& server);
  std::unique_ptr<test_support::Node> AddLeaf() {
    return AddNode("leaf", "node2", *root_, subscriber_);
  }
  std::unique_ptr<test_support::Node> AddBranch() {
    return AddNode("branch", "node2", *root_, subscriber_);
  }

  void Insert(int from, int to);
  testing::AssertionResult BecomesEqual(test_support::Node& node);
  // Every row of t that came after the initial copy was applied once.
  testing::AssertionResult AppliedOnce(test_support::Node& node, int from, int to);

  test_support::TempDir dir_;
  test_support::PostgresServer provider_, subscriber_;
  std::unique_ptr<test_support::Process> pgqd_;
  std::unique_ptr<test_support::Node> root_;
};

}  // namespace e2e
