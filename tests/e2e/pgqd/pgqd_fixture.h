// pgqd against a real server: databases with PgQ, its INI file, its log.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/eventually.h"
#include "support/pgq_schema.h"
#include "support/postgres_server.h"
#include "support/process.h"
#include "support/sql.h"

namespace pgqd_test {

// Long: a condition that comes late on a busy machine is no failure.
inline constexpr std::chrono::seconds kSoon{30};

// The program's path, for a shell that starts it; see Process.
std::string PgqdPath();

class Pgqd : public testing::Test {
 protected:
  // `settings`: lines for postgresql.conf.
  explicit Pgqd(std::vector<std::string> settings = {}) : server_(std::move(settings)) {}

  // The schema pgq as a script, in the form that is being tested.
  std::string PgqScript() const {
    return test_support::PgqSchema(test_support::WantedPgqForm(), server_);
  }
  // pgqd needs no gate: it waits at the server. See pgq.ticker_wait.
  bool waits_at_server() const {
    return test_support::WantedPgqForm() == test_support::PgqForm::kC;
  }
  // A database with PgQ and queue "q".
  std::string CreateQueueDatabase(const std::string& name);
  test_support::Sql Connect(const std::string& database) {
    return test_support::Sql(server_.Connstr(database));
  }

  // Writes <name>.ini with `extra` lines; returns its path.
  std::string WriteIni(const std::string& extra = "", const std::string& name = "pgqd");
  // pgqd in the foreground, -v. `name` as for WriteIni.
  void Start(const std::string& extra = "", std::map<std::string, std::string> environment = {});
  // The same with a base_connstr in `extra`.
  void StartWithoutConnstr(const std::string& extra);
  std::unique_ptr<test_support::Process> StartAnother(const std::string& name,
                                                      const std::string& extra = "");
  // SIGINT; the exit status.
  int Stop();

  std::string LogPath(const std::string& name = "pgqd") const {
    return dir_.path() + "/" + name + ".log";
  }
  std::string PidPath(const std::string& name = "pgqd") const {
    return dir_.path() + "/" + name + ".pid";
  }
  std::string Log(const std::string& name = "pgqd") const {
    return test_support::ReadWholeFile(LogPath(name));
  }
  testing::AssertionResult Logs(const std::string& text, const std::string& name = "pgqd");
  testing::AssertionResult Becomes(test_support::Sql& sql, const std::string& query,
                                   const std::string& value);

  // An event gets its tick.
  void ExpectTicked(const std::string& database);

  test_support::TempDir dir_;
  test_support::PostgresServer server_;
  std::unique_ptr<test_support::Process> pgqd_;
};

}  // namespace pgqd_test
