#include "support/pgbouncer.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "support/eventually.h"

namespace test_support {
namespace {

constexpr const char* kProgram = "/usr/sbin/pgbouncer";
constexpr const char* kPort = "6432";

}  // namespace

bool PgBouncer::Installed() { return access(kProgram, X_OK) == 0; }

PgBouncer::PgBouncer(const PostgresServer& server, const std::string& mode, int pool_size)
    : server_(server), ini_(server.socket_dir() + "/pgbouncer.ini") {
  const std::string& dir = server.socket_dir();
  std::ofstream(dir + "/users") << "\"postgres\" \"\"\n";
  std::ofstream(ini_) << "[databases]\n* = host=" << dir << " port=5432\n"
                      << "[pgbouncer]\nlisten_port = " << kPort << "\nunix_socket_dir = " << dir
                      << "\nauth_type = trust\nauth_file = " << dir
                      << "/users\npool_mode = " << mode << "\ndefault_pool_size = " << pool_size
                      << "\nadmin_users = postgres\nserver_login_retry = 1\n";
  Start();
}

std::string PgBouncer::Connstr(const std::string& database) const {
  if (process_ && !process_->Running())
    throw std::runtime_error("pgbouncer has ended: " + process_->Stderr());
  return "host=" + server_.socket_dir() + " port=" + kPort + " user=postgres dbname=" + database;
}

void PgBouncer::Start() {
  std::vector<std::string> command{kProgram, ini_};
  if (getuid() == 0) command.insert(command.begin() + 1, {"-u", "postgres"});
  process_ = std::make_unique<Process>(command);
  const std::string console = Connstr("pgbouncer");
  if (!WaitUntil(std::chrono::seconds(30), [&] { return PQping(console.c_str()) == PQPING_OK; }))
    throw std::runtime_error("pgbouncer does not answer: " + process_->Stderr());
}

void PgBouncer::Kill() {
  process_->Kill();
  process_.reset();
  unlink((server_.socket_dir() + "/.s.PGSQL." + kPort).c_str());
}

}  // namespace test_support
