// Two part databases on one server, merged into a combined queue on another one, with all daemons,
// for the stories about merging.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace e2e {

// A database that holds a node of the combined queue, and a leaf for each part.
struct CombinedDatabase {
  std::unique_ptr<test_support::Node> combined, part1, part2;
  std::vector<test_support::Node*> all() { return {combined.get(), part1.get(), part2.get()}; }
  test_support::Sql& sql() { return combined->sql(); }
};

class MergeStory : public testing::Test {
 protected:
  // Roots part1 (queue q1) and part2 (queue q2) with table `t (id int primary key, part text, v
  // text)`, `rows` rows each: ids 1, 3, 5 ... on the first, 2, 4, 6 ... on the second.
  void StartParts(int rows);
  // Database `name` with the combined queue's root, or a branch below `provider`, and the leafs;
  // no worker is running yet. Each row applied by replication leaves a line in `applied_rows`.
  CombinedDatabase Combine(const std::string& name, test_support::Node* provider = nullptr,
                           const std::string& settings = "");
  static void StartWorkers(CombinedDatabase& database);
  // Table t by add-table --merge-all on one of the parts; returns when it is in sync and equal.
  void AddTable(CombinedDatabase& database);

  // Rows `from` to `to`, the odd ones on part1, statement by statement.
  void Insert(int from, int to);
  // t holds what the two parts hold together.
  testing::AssertionResult IsMerged(CombinedDatabase& database);
  // Of the rows inserted after AddTable: applied once each.
  testing::AssertionResult AppliedOnce(CombinedDatabase& database, int from, int to);
  // Each of these rows is in the combined queue once.
  testing::AssertionResult InCombinedQueueOnce(CombinedDatabase& database, int from, int to);
  std::string States(CombinedDatabase& database);
  std::string PartsDigest();

  test_support::TempDir dir_;
  test_support::PostgresServer parts_, merged_;
  std::unique_ptr<test_support::Node> root1_, root2_;
  std::unique_ptr<test_support::Process> pgqd_parts_, pgqd_merged_;
  int last_ = 0;
};

}  // namespace e2e
