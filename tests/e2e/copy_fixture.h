// A root and a leaf on two servers with pgqd and both workers, for stories about table copies.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "e2e/repeated_writer.h"
#include "support/eventually.h"
#include "support/node_fixture.h"

class CopyStory : public testing::Test {
 protected:
  // `leaf_settings`: more lines of the leaf's INI file.
  explicit CopyStory(const std::string& leaf_settings = "");
  ~CopyStory() override;

  // Commits one change of every kind, `sql`, again and again.
  struct Writer : e2e::RepeatedWriter {
    Writer(const std::string& connstr, std::string sql)
        : RepeatedWriter(connstr, {std::move(sql)}) {}
  };

  void Both(const std::string& sql);
  // Creates `t (id, v, n)` on both sides with `rows` rows on the root.
  void CreateTable(const std::string& name, int rows);
  std::string WriteSql(const std::string& table) const;
  void AddTables(const std::vector<std::string>& tables);
  std::string State(const std::string& table);
  testing::AssertionResult InSync(const std::string& table,
                                  std::chrono::milliseconds limit = std::chrono::seconds(60));
  testing::AssertionResult Equal(const std::string& table,
                                 std::chrono::milliseconds limit = std::chrono::seconds(60));
  // What the leaf tells of a lock that the table's copy waits for; "" when it does not.
  std::string LockWait(const std::string& table);
  // Nothing of any copy is left: consumers on both sides, pending states.
  testing::AssertionResult NothingLeft();
  testing::AssertionResult LeafLogs(const std::string& text,
                                    std::chrono::milliseconds limit = std::chrono::seconds(60));

  static test_support::PostgresServer& ProviderServer();
  static test_support::PostgresServer& SubscriberServer();

  test_support::TempDir dir_;
  std::string number_;
  std::unique_ptr<test_support::Node> root_, leaf_;
  std::unique_ptr<test_support::Process> pgqd_;
};
