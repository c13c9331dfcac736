// A server, and databases with queues, for the tests of program `pgq`.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/eventually.h"
#include "support/postgres_server.h"
#include "support/process.h"
#include "support/sql.h"

namespace pgq_test {

using test_support::RunResult;
using test_support::Sql;

// One server for the whole test program, databases of its own for each test. No pgqd: a test makes
// the ticks that it needs.
class PgqTest : public testing::Test {
 protected:
  static test_support::PostgresServer& server();
  PgqTest();

  // Queue database with queue `q`.
  Sql& source() { return *source_; }
  const std::string& source_database() const { return database_; }
  std::string SourceConnstr() const { return server().Connstr(database_); }
  // A second database, with schemas pgq and pgq_ext.
  Sql& target();
  std::string TargetConnstr() { return target(), server().Connstr(target_database_); }

  // `pgq WORDS... -d <source>`; and without the options.
  RunResult Pgq(std::vector<std::string> words) const;
  static RunResult Plain(std::vector<std::string> words);

  void Insert(const std::string& type, const std::string& data, const std::string& extra1 = "");
  void Tick();
  std::string ConsumerState(const std::string& column, const std::string& consumer);

  test_support::TempDir dir_;

 private:
  std::string database_, target_database_;
  std::unique_ptr<Sql> source_, target_;
};

}  // namespace pgq_test
