#include "pgqd/failure_meaning.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pgqd {

bool ServerIsAway(const pg::Failure& failure) {
  // Class 08 is how poolers refuse while the server behind them is away.
  return failure.kind == pg::FailureKind::kConnectionLost || failure.sqlstate == "57P03" ||
         (failure.kind == pg::FailureKind::kConnectFailed &&
          (failure.sqlstate.empty() || failure.sqlstate.starts_with("08")));
}

bool DatabaseIsGone(const pg::Failure& failure) {
  return failure.kind == pg::FailureKind::kConnectFailed &&
         (failure.sqlstate == "3D000" || failure.sqlstate == "55000");
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
