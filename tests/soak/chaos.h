// What the soak runs and kills: one server, pgqd, three consumers and the writers. Belongs to the
// main thread, since a child dies with the thread that forked it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "soak/writer.h"
#include "support/pgq_schema.h"
#include "support/postgres_server.h"
#include "support/process.h"

namespace soak {

class Chaos {
 public:
  Chaos(std::uint64_t seed, test_support::PgqForm form);

  // Kills something by chance.
  void Strike();
  // Starts what has been killed. Throws std::runtime_error when a program has ended by itself.
  void Revive();
  // No more writing, nothing prepared.
  void EndWriters();

  std::string Connstr() const { return server_.Connstr("soak"); }
  // "41 kills (pgqd 12, ...), 1203 committed, ..."
  std::string Summary() const;
  std::vector<std::string> Surprises() const;
  // The logs and data go into `folder`.
  void Keep(const std::string& folder);

 private:
  void StartPgqd();
  void StartConsumer(const std::string& kind);
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::mt19937_64 random_;
  test_support::TempDir dir_;
  test_support::PostgresServer server_;
  std::unique_ptr<test_support::Process> pgqd_;
  std::map<std::string, std::unique_ptr<test_support::Process>> consumers_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::map<std::string, int> kills_;
};

}  // namespace soak
