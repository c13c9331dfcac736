// Raw libpq results, for statements whose answer is wanted as a PGresult (events, COPY).
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>

#include "pg/connection.h"

namespace pg {

struct ResultDeleter {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// Runs `sql` on the session, inside whatever transaction is open there. Throws pg::SqlError,
// pqxx::broken_connection, base::Interrupted (the session's Interrupt was cancelled).
ResultPtr ExecNative(Connection& connection, const std::string& sql);

// Whether the answer is that the statement failed.
bool IsFailure(const PGresult* result);

// Rows that a statement met or returned; 0 for those that have none.
std::int64_t AffectedRows(const PGresult* result);

// Throws what a failed `result` (may be null: no answer at all) means; see ExecNative.
[[noreturn]] void ThrowFailure(Connection& connection, const PGresult* result);

}  // namespace pg
