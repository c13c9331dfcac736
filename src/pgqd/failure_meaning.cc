#include "pgqd/failure_meaning.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pgqd {

bool ServerIsAway(const pg::Failure& failure) {
  if (failure.kind == pg::FailureKind::kConnectionLost || failure.sqlstate == "57P03") return true;
  if (failure.kind != pg::FailureKind::kConnectFailed) return false;
  // Class 08 is how poolers refuse while the server behind them is away; with 57P01 and 57P02 a
  // new session was ended before it was set up.
  return failure.sqlstate.empty() || failure.sqlstate.starts_with("08") ||
         failure.sqlstate == "57P01" || failure.sqlstate == "57P02";
}

bool DatabaseIsGone(const pg::Failure& failure) {
  // The last one: it was dropped while the new session was being set up.
  return failure.kind == pg::FailureKind::kConnectFailed &&
         (failure.sqlstate == "3D000" || failure.sqlstate == "55000" ||
          failure.sqlstate == "57P04");
}

bool PgqHasChanged(const pg::Failure& failure) {
  // Undefined schema, table, column, function, prepared statement; "cached plan must not change
  // result type"; "could not open relation with OID", "cache lookup failed".
  static constexpr std::array<std::string_view, 7> kStates{"3F000", "42P01", "42703", "42883",
                                                           "26000", "0A000", "XX000"};
  return failure.kind == pg::FailureKind::kSql &&
         std::find(kStates.begin(), kStates.end(), failure.sqlstate) != kStates.end();
}

}  // namespace pgqd
