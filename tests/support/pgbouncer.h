// A connection pooler before a server, where Debian's package pgbouncer is installed.
#pragma once

#include <memory>
#include <string>

#include "support/postgres_server.h"
#include "support/process.h"

namespace test_support {

class PgBouncer {
 public:
  // `mode`: "transaction" or "session"; `pool_size` server sessions for each database.
  PgBouncer(const PostgresServer& server, const std::string& mode, int pool_size);

  static bool Installed();
  // A connection string for `database` through the pooler. Throws when it has ended, with its log.
  std::string Connstr(const std::string& database) const;

  void Start();  // REQUIRES: not running
  void Kill();

 private:
  const PostgresServer& server_;
  std::string ini_;
  std::unique_ptr<Process> process_;
};

}  // namespace test_support
