#include "londiste/structure/index_memory.h"

#include <algorithm>

namespace londiste::structure {
namespace {

constexpr std::int64_t kSmallTable = 32 << 20;
constexpr std::int64_t kLeast = 1 << 20;  // the server's own minimum

std::int64_t ServersOwn(pqxx::transaction_base& tx) {
  return tx
      .exec1(
          "select pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem'))")[0]
      .as<std::int64_t>();
}

void Set(pqxx::transaction_base& tx, std::int64_t bytes) {
  tx.exec0("set local maintenance_work_mem = '" + std::to_string(std::max(bytes, kLeast) / 1024) +
           "kB'");
}

}  // namespace

void RaiseIndexMemory(pqxx::transaction_base& tx, std::int64_t bytes, std::int64_t table_bytes) {
  if (table_bytes > kSmallTable && ServersOwn(tx) < bytes) Set(tx, bytes);
}

void ShareIndexMemory(pqxx::transaction_base& tx, std::int64_t bytes, int sessions) {
  Set(tx, std::max(bytes, ServersOwn(tx)) / std::max(sessions, 1));
}

}  // namespace londiste::structure
