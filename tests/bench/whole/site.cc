#include "bench/whole/site.h"

#include <chrono>

namespace bench {
namespace {

constexpr const char* kDatabase = "bench";

// The last one in favour of built-in replication: by default it waits up to five seconds before it
// starts to apply, or to copy the next tables.
std::vector<std::string> ServerSettings(const std::vector<std::string>& more) {
  std::vector<std::string> lines{"fsync = on",
                                 "autovacuum = on",
                                 "shared_buffers = 512MB",
                                 "max_wal_size = 4GB",
                                 "checkpoint_timeout = 15min",
                                 "wal_level = logical",
                                 "max_connections = 300",
                                 "max_locks_per_transaction = 1000",
                                 "maintenance_work_mem = 128MB",
                                 "max_worker_processes = 60",
                                 "max_logical_replication_workers = 40",
                                 "wal_retrieve_retry_interval = 100ms"};
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

}  // namespace

Site::Site(const Scenario& scenario, const std::vector<std::string>& settings)
    : far_subscriber_(scenario.far_subscriber) {
  for (int node = 0; node < (scenario.branch ? 3 : 2); ++node) {
    servers_.push_back(std::make_unique<test_support::PostgresServer>(ServerSettings(settings)));
    test_support::PostgresServer& server = *servers_.back();
    server.CreateDatabase(kDatabase);
    sessions_.push_back(std::make_unique<test_support::Sql>(server.Connstr(kDatabase)));
    if (scenario.round_trip_ms)
      proxies_.push_back(std::make_unique<DelayProxy>(
          ServerAddress(server.socket_dir() + "/.s.PGSQL.5432"),
          std::chrono::nanoseconds(static_cast<std::int64_t>(*scenario.round_trip_ms * 1e6))));
  }
}

std::string Site::Near(int node) const { return servers_.at(Index(node))->Connstr(kDatabase); }

std::string Site::Far(int node) const {
  if (proxies_.empty()) return Near(node);
  return "host=127.0.0.1 port=" + std::to_string(proxies_.at(Index(node))->port()) +
         " user=postgres dbname=" + kDatabase;
}

void Site::Everywhere(const std::string& text) {
  for (const auto& session : sessions_) session->Exec(text);
}

void Site::Checkpoint() { Everywhere("checkpoint"); }

}  // namespace bench
