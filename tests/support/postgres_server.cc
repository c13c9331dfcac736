#include "support/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "embedded_sql/schemas.h"
#include "support/eventually.h"
#include "support/sql.h"
#include "support/tree.h"

namespace test_support {
namespace {

constexpr const char* kServerUser = "postgres";
constexpr const char* kTemplate = "with_schemas";

// In the child: initdb and postgres refuse to run as root.
void DropRoot() {
  if (getuid() != 0) return;
  const passwd* user = getpwnam(kServerUser);
  if (!user || initgroups(kServerUser, user->pw_gid) || setgid(user->pw_gid) ||
      setuid(user->pw_uid))
    _exit(126);
}

enum class As { kCaller, kServer };

pid_t Spawn(const std::vector<std::string>& command, const std::string& log,
            As user = As::kServer) {
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid > 0) return pid;
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(out, 1);
  dup2(out, 2);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  setpgid(0, 0);  // a Ctrl-C meant for the test must not reach the server first
  if (user == As::kServer) DropRoot();
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which clears it
  if (getppid() != parent) _exit(125);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (chdir("/tmp") != 0) _exit(126);
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::string PostgresBinDir() {
  if (const char* dir = std::getenv("PGBIN")) return dir;
  int best = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int major = std::atoi(entry.path().filename().c_str());
    if (major > best && std::filesystem::exists(entry.path() / "bin/postgres")) best = major;
  }
  if (best) return "/usr/lib/postgresql/" + std::to_string(best) + "/bin";
  if (std::filesystem::exists("/usr/bin/postgres")) return "/usr/bin";
  throw std::runtime_error("no PostgreSQL server found; set PGBIN");
}

// Servers that wait for the next test.
class PostgresServer::Idle {
 public:
  ~Idle() {
    for (const Cluster& cluster : clusters_) Remove(cluster);
  }
  // The last one that was kept: members are destroyed in reverse, so that a fixture's provider gets
  // the server of the provider before it.
  std::optional<Cluster> Take() {
    if (clusters_.empty()) return std::nullopt;
    Cluster cluster = std::move(clusters_.back());
    clusters_.pop_back();
    return cluster;
  }
  bool Keep(const Cluster& cluster) {
    constexpr std::size_t kMost = 4;
    if (clusters_.size() >= kMost) return false;
    clusters_.push_back(cluster);
    return true;
  }
  static Idle& Of() {
    static Idle idle;
    return idle;
  }

 private:
  std::vector<Cluster> clusters_;
};

PostgresServer::PostgresServer(std::vector<std::string> settings, std::string bin_dir)
    : may_be_used_again_(settings.empty() && bin_dir.empty()) {
  cluster_.bin_dir = bin_dir.empty() ? PostgresBinDir() : std::move(bin_dir);
  Idle& idle = Idle::Of();  // made before a server that lives as long as the process
  if (may_be_used_again_) {
    if (auto cluster = idle.Take()) {
      cluster_ = std::move(*cluster);
      return;
    }
  }
  Create(settings);
}

void PostgresServer::Create(const std::vector<std::string>& settings) {
  // In memory where there is enough: what databases by the hundred cost is their files.
  const char* parent = getenv("SKYTOOLS_SERVERS_DIR");
  std::string& dir = cluster_.dir;
  dir = std::string(parent ? parent : "/tmp") + "/skt.XXXXXX";
  if (!mkdtemp(dir.data())) throw std::runtime_error("mkdtemp failed in " + dir);
  if (getuid() == 0) {
    const passwd* user = getpwnam(kServerUser);
    if (!user || chown(dir.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("no user postgres");
  }
  chmod(dir.c_str(), 0755);
  const pid_t made =
      Spawn({SourceDir() + "/tests/support/make-cluster", cluster_.bin_dir, data_dir()}, log_path(),
            As::kCaller);
  if (WaitFor(made) != 0) throw std::runtime_error("initdb failed: " + ReadFile(log_path()));
  std::ofstream conf(data_dir() + "/postgresql.conf", std::ios::app);
  conf << "listen_addresses = ''\nunix_socket_directories = '" << dir
       << "'\nfsync = off\nmax_connections = 100\nshared_buffers = 32MB\n"
          "log_line_prefix = '%m [%p] %a: '\nautovacuum = off\n";
  for (const std::string& line : settings) conf << line << '\n';
  conf.close();
  Start();
  cluster_.configuration = Configuration();
}

PostgresServer::~PostgresServer() {
  if (may_be_used_again_ && cluster_.pid > 0 && BecomesAsNew() && Idle::Of().Keep(cluster_)) return;
  Remove(cluster_);
}

void PostgresServer::Remove(const Cluster& cluster) {
  if (cluster.pid > 0) {
    kill(cluster.pid, SIGQUIT);
    WaitFor(cluster.pid);
  }
  std::error_code ignored;
  std::filesystem::remove_all(cluster.dir, ignored);
}

std::string PostgresServer::Configuration() const {
  std::string text;
  for (const char* file :
       {"postgresql.conf", "postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf"})
    text += ReadFile(data_dir() + "/" + file);
  return text;
}

// False: something is left that the next test might meet.
bool PostgresServer::BecomesAsNew() {
  if (Configuration() != cluster_.configuration) return false;
  try {
    constexpr const char* kObjects =
        "select (select count(*) from pg_class where oid >= 16384) + (select count(*) from pg_proc "
        "where oid >= 16384) + (select count(*) from pg_namespace where oid >= 16384) + (select "
        "count(*) from pg_type where oid >= 16384) + (select count(*) from pg_event_trigger)";
    Sql sql(Connstr() + " connect_timeout=5 options='-c statement_timeout=20s'");
    const auto drop_all = [&](const std::string& names, const std::string& drop) {
      for (const Sql::Row& row : sql.Exec(names)) sql.Exec(drop + row[0].value());
    };
    // A template that was not finished cannot be dropped, and ends the server.
    const std::string kept = cluster_.has_template ? std::string(", '") + kTemplate + "'" : "";
    drop_all(
        "select quote_ident(datname) || ' with (force)' from pg_database where datname not in "
        "('template0', 'template1', 'postgres'" +
            kept + ")",
        "drop database ");
    drop_all("select quote_ident(rolname) from pg_roles where oid >= 16384", "drop role ");
    sql.Exec("update pg_database set datistemplate = false where datname = 'postgres'");
    const bool clean =
        sql.Value(
            "select (select count(*) from pg_stat_activity where backend_type = 'client "
            "backend' and pid <> pg_backend_pid()) + (select count(*) from "
            "pg_prepared_xacts) + (select count(*) from pg_replication_slots) + (select "
            "count(*) from pg_db_role_setting) + (select count(*) from pg_tablespace where "
            "oid >= 16384) + (select count(*) from pg_database where datconnlimit <> -1 or "
            "datname <> 'template0' and not datallowconn)") == "0";
    if (!clean || sql.Value(kObjects) != "0" ||
        Sql(Connstr("template1") + " connect_timeout=5").Value(kObjects) != "0")
      return false;
  } catch (const std::exception&) {
    return false;
  }
  return truncate(log_path().c_str(), 0) == 0;
}

std::string PostgresServer::Connstr(const std::string& database) const {
  return "host=" + cluster_.dir + " port=5432 user=postgres dbname=" + database;
}

void PostgresServer::Start() {
  if (cluster_.pid > 0) throw std::logic_error("server already runs");
  cluster_.pid = Spawn({cluster_.bin_dir + "/postgres", "-D", data_dir()}, log_path());
  WaitUntilReady();
}

void PostgresServer::WaitUntilReady() {
  const std::string connstr = Connstr();
  const bool ready = WaitUntil(std::chrono::seconds(60), [&] {
    int status = 0;
    if (waitpid(cluster_.pid, &status, WNOHANG) == cluster_.pid) {
      cluster_.pid = -1;
      throw std::runtime_error("postgres ended at start: " + ReadFile(log_path()));
    }
    return PQping(connstr.c_str()) == PQPING_OK;
  });
  if (!ready) throw std::runtime_error("postgres does not answer: " + ReadFile(log_path()));
}

void PostgresServer::Stop() {
  may_be_used_again_ = false;  // what it went through since is not looked at
  if (cluster_.pid <= 0) return;
  kill(cluster_.pid, SIGINT);
  WaitFor(cluster_.pid);
  cluster_.pid = -1;
}

void PostgresServer::Kill() {
  may_be_used_again_ = false;
  if (cluster_.pid <= 0) return;
  kill(cluster_.pid, SIGKILL);
  WaitFor(cluster_.pid);
  cluster_.pid = -1;
}

void PostgresServer::Restart() {
  Stop();
  Start();
}

void PostgresServer::CrashRestart() {
  Kill();
  // The killed postmaster's children still hold its shared memory for a moment; a start meanwhile
  // is refused.
  for (int attempt = 0;; ++attempt) {
    try {
      Start();
      return;
    } catch (const std::runtime_error&) {
      if (attempt == 50) throw;
      usleep(100'000);
    }
  }
}

void PostgresServer::CreateDatabase(const std::string& name, const std::string& template_name) {
  Sql postgres(Connstr());
  // Without fsync files are copied in less time than the same goes through buffers and WAL.
  const bool may_choose = std::stoi(postgres.Value("show server_version_num")) >= 150000;
  postgres.Exec("create database \"" + name + "\"" +
                (template_name.empty() ? "" : " template \"" + template_name + "\"") +
                (may_choose ? " strategy file_copy" : ""));
}

void PostgresServer::DropDatabase(const std::string& name) {
  Sql(Connstr()).Exec("drop database \"" + name + "\" with (force)");
}

void PostgresServer::CreateDatabaseWithSchemas(const std::string& name) {
  if (!cluster_.has_template) {
    CreateDatabase(kTemplate);
    Sql sql(Connstr(kTemplate));
    // A pgqd has no business there: nobody may be connected to what is copied.
    sql.Exec(std::string("alter database ") + kTemplate + " is_template true");
    for (const std::string* text :
         {&embedded_sql::pgq(), &embedded_sql::pgq_node(), &embedded_sql::londiste()})
      sql.Exec(*text);
    cluster_.has_template = true;
  }
  CreateDatabase(name, kTemplate);
}

void PostgresServer::CreateNodeDatabase(const std::string& name) {
  if (Sql(Connstr()).Value("select count(*) from pg_available_extensions where name = "
                           "'londiste'") == "0")
    CreateDatabaseWithSchemas(name);
  else
    CreateDatabase(name);
}

}  // namespace test_support
