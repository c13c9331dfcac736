// Servers and nodes for the tests of administrative commands.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/eventually.h"
#include "support/node_fixture.h"

namespace commands_test {

using test_support::Node;
using test_support::PostgresServer;
using test_support::RunResult;
using test_support::Sql;
using test_support::TempDir;

// One server for the whole test program; each test gets databases of its own. No worker, no pgqd:
// commands are judged by what they leave in the database.
class CommandsTest : public testing::Test {
 protected:
  static PostgresServer& server() {
    static PostgresServer shared;
    return shared;
  }

  // A database with the schemas, which is no node yet, and its INI file.
  Node MakeNode(const std::string& name) {
    const std::string database = NextDatabase(name);
    server().CreateNodeDatabase(database);
    return Node(dir_, server(), database, name, "q");
  }
  // The same with an empty database.
  Node MakeEmptyNode(const std::string& name) {
    const std::string database = NextDatabase(name);
    server().CreateDatabase(database);
    return Node(dir_, server(), database, name, "q");
  }
  static std::string NextDatabase(const std::string& name) {
    static int number = 0;
    return "db" + std::to_string(++number) + "_" + name;
  }

  TempDir dir_;
};

}  // namespace commands_test
