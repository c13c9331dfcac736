// Raw libpq results, for statements whose answer is wanted as a PGresult (events, COPY).
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace pg {

struct ResultDeleter {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

// Runs `sql` on the session, inside whatever transaction is open there. Throws pg::SqlError,
// pqxx::broken_connection, base::Interrupted (the session's Interrupt was cancelled).
ResultPtr ExecNative(Connection& connection, const std::string& sql);

// Runs several statements that are sent as one message; an answer for each, in order. The last one
// may be a COPY, which then waits for its data. When one fails, those behind it are not run, and it
// throws as ExecNative does.
std::vector<ResultPtr> ExecSeries(Connection& connection, const std::string& sql);

// Rows that a statement met or returned; 0 for those that have none.
std::int64_t AffectedRows(const PGresult* result);

// Throws what a failed `result` (may be null: no answer at all) means; see ExecNative.
[[noreturn]] void ThrowFailure(Connection& connection, const PGresult* result);

}  // namespace pg
