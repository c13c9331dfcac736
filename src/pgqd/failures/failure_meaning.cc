#include "pgqd/failures/failure_meaning.h"
#include "pg/sqlstate.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pgqd {

namespace sqlstate = pg::sqlstate;

bool ServerIsAway(const pg::Failure& failure) {
  if (failure.kind == pg::FailureKind::kConnectionLost ||
      failure.sqlstate == sqlstate::kCannotConnectNow)
    return true;
  if (failure.kind != pg::FailureKind::kConnectFailed) return false;
  // Class 08 is how poolers refuse while the server behind them is away; with 57P01 and 57P02 a
  // new session was ended before it was set up.
  return failure.sqlstate.empty() ||
         failure.sqlstate.starts_with(sqlstate::kClassConnectionException) ||
         failure.sqlstate == sqlstate::kAdminShutdown ||
         failure.sqlstate == sqlstate::kCrashShutdown;
}

bool DatabaseIsGone(const pg::Failure& failure) {
  // The last one: it was dropped while the new session was being set up.
  return failure.kind == pg::FailureKind::kConnectFailed &&
         (failure.sqlstate == sqlstate::kInvalidCatalogName ||
          failure.sqlstate == sqlstate::kObjectNotInPrerequisiteState ||
          failure.sqlstate == sqlstate::kDatabaseDropped);
}

bool PgqHasChanged(const pg::Failure& failure) {
  // Undefined schema, table, column, function, prepared statement; "cached plan must not change
  // result type"; "could not open relation with OID", "cache lookup failed".
  static constexpr std::array<std::string_view, 7> kStates{sqlstate::kInvalidSchemaName,
                                                           sqlstate::kUndefinedTable,
                                                           sqlstate::kUndefinedColumn,
                                                           sqlstate::kUndefinedFunction,
                                                           sqlstate::kInvalidSqlStatementName,
                                                           sqlstate::kFeatureNotSupported,
                                                           sqlstate::kInternalError};
  return failure.kind == pg::FailureKind::kSql &&
         std::find(kStates.begin(), kStates.end(), failure.sqlstate) != kStates.end();
}

}  // namespace pgqd
