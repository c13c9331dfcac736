// A replication node for end-to-end tests: a database on a server, its INI file, and the real
// programs working on it.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/postgres_server.h"
#include "support/process.h"
#include "support/sql.h"

namespace test_support {

class Node {
 public:
  // Writes <dir>/<name>.ini for queue `queue`. `extra`: more INI lines.
  Node(const TempDir& dir, PostgresServer& server, std::string database, std::string name,
       std::string queue = "q_teste_replica", std::string extra = "");

  const std::string& name() const { return name_; }
  const std::string& database() const { return database_; }
  const std::string& ini() const { return ini_; }
  std::string connstr() const { return server_.Connstr(database_); }
  std::string log_path() const { return log_path_; }
  std::string pid_path() const { return pid_path_; }
  std::string Log() const { return ReadWholeFile(log_path_); }
  PostgresServer& server() { return server_; }
  Sql& sql();  // a lasting session; reopened after the server restarted
  void DropSession() { sql_.reset(); }

  // `londiste <ini> <words...>`
  RunResult Londiste(const std::vector<std::string>& words,
                     std::chrono::seconds limit = std::chrono::seconds(120)) const;
  // The same, and the test fails unless it exits 0.
  RunResult MustLondiste(const std::vector<std::string>& words,
                         std::chrono::seconds limit = std::chrono::seconds(120)) const;
  void CreateRoot() const;
  void CreateLeaf(const Node& provider) const;
  void CreateBranch(const Node& provider) const;

  // The worker in the foreground as a child of the test. `environment` e.g. {{"SKYTOOLS_FAILPOINT",
  // "batch_before_commit=kill"}}.
  void StartWorker(std::map<std::string, std::string> environment = {});
  Process& worker() { return *worker_; }
  bool has_worker() const { return worker_ != nullptr; }
  int StopWorker();  // exit status

 private:
  PostgresServer& server_;
  std::string database_, name_, queue_, ini_, log_path_, pid_path_;
  std::unique_ptr<Sql> sql_;
  std::unique_ptr<Process> worker_;
};

// pgqd for one server, in the foreground.
std::unique_ptr<Process> StartPgqd(const TempDir& dir, const PostgresServer& server,
                                   const std::string& name = "pgqd", const std::string& extra = "",
                                   std::map<std::string, std::string> environment = {});

}  // namespace test_support
