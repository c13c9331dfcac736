// A private PostgreSQL server for tests: own data folder, socket only, gone when the test process
// ends, however it ends.
//
// A server without settings of its own that a test leaves as it found it but for databases and
// roles is used again by a later test of the process: those are dropped, its log is emptied.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace test_support {

class PostgresServer {
 public:
  // A new cluster (tests/support/make-cluster) and start. `settings`: lines for postgresql.conf;
  // `bin_dir`: the server's programs. Throws std::runtime_error with the server's log.
  explicit PostgresServer(std::vector<std::string> settings = {}, std::string bin_dir = "");
  ~PostgresServer();  // immediate shutdown, folder removed; or it waits for the next test
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // libpq connection string for a database (superuser `postgres`, trust).
  std::string Connstr(const std::string& database = "postgres") const;
  const std::string& socket_dir() const { return cluster_.dir; }
  std::string data_dir() const { return cluster_.dir + "/data"; }
  std::string log_path() const { return cluster_.dir + "/log"; }
  pid_t pid() const { return cluster_.pid; }

  void CreateDatabase(const std::string& name, const std::string& template_name = "");
  void DropDatabase(const std::string& name);
  // Creates (once) a template database that holds schemas pgq, pgq_node and londiste, and `name`
  // from it.
  void CreateDatabaseWithSchemas(const std::string& name);
  // For nodes: with the schemas, as create-root and the like would install them, which takes them
  // a second. Without where the server has extensions: then it is those that are to be tried.
  void CreateNodeDatabase(const std::string& name);

  void Start();         // REQUIRES: not running
  void Stop();          // fast shutdown
  void Kill();          // kill -9 of the postmaster; its children notice and exit
  void Restart();       // fast stop, start
  void CrashRestart();  // Kill, then Start (crash recovery)

 private:
  // What one test hands to the next.
  struct Cluster {
    std::string bin_dir, dir;
    pid_t pid = -1;
    bool has_template = false;
    std::string configuration;  // its files, as they were at the start
  };
  class Idle;

  void Create(const std::vector<std::string>& settings);
  void WaitUntilReady();
  std::string Configuration() const;
  bool BecomesAsNew();
  static void Remove(const Cluster& cluster);

  Cluster cluster_;
  bool may_be_used_again_;
};

// The folder of the server programs unless a test names another: $PGBIN, or the newest
// /usr/lib/postgresql/*/bin.
std::string PostgresBinDir();

}  // namespace test_support
