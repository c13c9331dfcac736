// The servers of a run: private ones in a chain, provider first, each seen by the next through a
// delay proxy if distance is asked for. Gone with the object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/delay_proxy/delay_proxy.h"
#include "bench/whole/scenario.h"
#include "support/postgres_server.h"
#include "support/process.h"
#include "support/sql.h"

namespace bench {

class Site {
 public:
  // `settings`: more lines for each postgresql.conf.
  Site(const Scenario& scenario, const std::vector<std::string>& settings);

  int nodes() const { return static_cast<int>(servers_.size()); }
  int last() const { return nodes() - 1; }
  test_support::PostgresServer& server(int node) { return *servers_.at(Index(node)); }
  // The lasting session of the benchmark itself.
  test_support::Sql& sql(int node) { return *sessions_.at(Index(node)); }
  test_support::Sql& provider() { return sql(0); }
  test_support::Sql& subscriber() { return sql(last()); }

  // From the node's own machine; from that of the node below it.
  std::string Near(int node) const;
  std::string Far(int node) const;
  // As a worker reaches the database that it writes to, and the one above that it reads from.
  std::string OwnOfWorker(int node) const { return far_subscriber_ ? Far(node) : Near(node); }
  std::string ProviderOfWorker(int node) const {
    return far_subscriber_ ? Near(node - 1) : Far(node - 1);
  }

  // On all nodes.
  void Everywhere(const std::string& sql);
  void Checkpoint();
  const test_support::TempDir& dir() const { return dir_; }

 private:
  static std::size_t Index(int node) { return static_cast<std::size_t>(node); }
  const bool far_subscriber_;
  test_support::TempDir dir_;
  std::vector<std::unique_ptr<test_support::PostgresServer>> servers_;
  std::vector<std::unique_ptr<DelayProxy>> proxies_;
  std::vector<std::unique_ptr<test_support::Sql>> sessions_;
};

}  // namespace bench
