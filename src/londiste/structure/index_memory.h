// maintenance_work_mem of a session that builds indexes.
#pragma once

#include <cstdint>

#include "pg/connection.h"

namespace londiste::structure {

// Raises it to `bytes` for the rest of the transaction, never below what the server gives anyway.
// `table_bytes`: for a small table the server's own setting is enough.
void RaiseIndexMemory(pqxx::transaction_base& tx, std::int64_t bytes, std::int64_t table_bytes);
// The share of one of `sessions` that build at the same time: of `bytes`, or of what one session
// has by the server's settings when that is more.
void ShareIndexMemory(pqxx::transaction_base& tx, std::int64_t bytes, int sessions);

}  // namespace londiste::structure
