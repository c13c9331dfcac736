// The server that the benchmarks of this program share; made at first use.
#pragma once

#include <memory>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "support/postgres_server.h"
#include "support/sql.h"

namespace bench {

test_support::PostgresServer& PrivateServer();

// A database of its own with the schemas, and a session in it.
class PrivateDatabase {
 public:
  PrivateDatabase();
  ~PrivateDatabase();

  std::unique_ptr<pg::Connection> Connect();
  test_support::Sql& sql() { return *sql_; }

 private:
  std::string name_;
  base::Interrupt interrupt_;
  std::unique_ptr<test_support::Sql> sql_;
};

}  // namespace bench
