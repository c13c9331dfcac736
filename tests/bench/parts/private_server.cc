#include "bench/parts/private_server.h"

namespace bench {

test_support::PostgresServer& PrivateServer() {
  static test_support::PostgresServer server({"shared_buffers = 256MB", "max_wal_size = 4GB"});
  return server;
}

PrivateDatabase::PrivateDatabase() {
  static int count = 0;
  name_ = "parts_" + std::to_string(++count);
  PrivateServer().CreateDatabaseWithSchemas(name_);
  sql_ = std::make_unique<test_support::Sql>(PrivateServer().Connstr(name_));
}

PrivateDatabase::~PrivateDatabase() {
  sql_.reset();
  PrivateServer().DropDatabase(name_);
}

std::unique_ptr<pg::Connection> PrivateDatabase::Connect() {
  return std::make_unique<pg::Connection>(
      pg::ConnectOptions::ForApplication(PrivateServer().Connstr(name_), "parts_bench"),
      interrupt_);
}

}  // namespace bench
