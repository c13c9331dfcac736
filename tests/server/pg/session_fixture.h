// A database of its own for each test, on one server per process.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "support/postgres_server.h"
#include "support/sql.h"

class SessionTest : public testing::Test {
 protected:
  static test_support::PostgresServer& Server() {
    static test_support::PostgresServer server;
    return server;
  }

  SessionTest() {
    static int count = 0;
    database_ = "session_" + std::to_string(++count);
    Server().CreateDatabase(database_);
    admin_ = std::make_unique<test_support::Sql>(Server().Connstr(database_));
  }

  std::string Connstr() const { return Server().Connstr(database_); }
  pg::ConnectOptions Options(const std::string& name = "session test") const {
    return pg::ConnectOptions::ForApplication(Connstr(), name);
  }
  std::unique_ptr<pg::Connection> Connect() {
    return std::make_unique<pg::Connection>(Options(), interrupt_);
  }
  test_support::Sql& admin() { return *admin_; }

  // Ends the session as an administrator would, and waits until it is gone.
  void Kill(const pg::Connection& connection) {
    const std::string pid = std::to_string(PQbackendPID(connection.native()));
    admin().Exec("select pg_terminate_backend(" + pid + ", 10000)");
  }

  std::string database_;
  base::Interrupt interrupt_;

 private:
  std::unique_ptr<test_support::Sql> admin_;
};
