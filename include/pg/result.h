// Raw libpq results, for statements whose answer is wanted as a PGresult (events, COPY).
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <functional>
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

// The same, with parameters, for a statement that waits at the server for something to happen.
// `give_up` is asked each time somebody wakes or stops the session's Interrupt (which consumes the
// wake). When it says yes the answer is null, and the session, still at work, can only be closed.
ResultPtr ExecUnless(Connection& connection, const char* sql,
                     const std::vector<std::string>& parameters,
                     const std::function<bool()>& give_up);

// Ends a statement that was sent and whose answer nobody wants any more: cancels it and takes what
// still comes.
void DiscardAnswer(Connection& connection) noexcept;

// Whether the answer is that the statement failed.
bool IsFailure(const PGresult* result);

// Rows that a statement met or returned; 0 for those that have none.
std::int64_t AffectedRows(const PGresult* result);

// Throws what a failed `result` (may be null: no answer at all) means; see ExecNative.
[[noreturn]] void ThrowFailure(Connection& connection, const PGresult* result);

}  // namespace pg
