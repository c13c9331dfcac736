#include "pg/error_class.h"

#include "pg/sqlstate.h"

#include <algorithm>
#include <array>

namespace pg {
namespace {

enum class Place { kAny, kConnecting, kStatement };

struct Row {
  std::string_view sqlstate;  // its beginning; of those that fit the longest counts
  Place place;
  ErrorClass error_class;
};

// PostgreSQL Error Codes, appendix A of its manual. What is not listed needs somebody: to try a
// statement again as it is makes an error of this kind no better.
constexpr std::array kTable{
    Row{sqlstate::kClassConnectionException, Place::kAny, ErrorClass::kTransient},
    Row{sqlstate::kFeatureNotSupported, Place::kStatement, ErrorClass::kNeedsSomebody},
    // A standby, or a setting.
    Row{sqlstate::kReadOnlySqlTransaction, Place::kStatement, ErrorClass::kNeedsSomebody},
    // In a failed transaction, idle in one, too long in one.
    Row{sqlstate::kClassInvalidTransactionStateOfServer, Place::kStatement, ErrorClass::kTransient},
    // A prepared statement of another session.
    Row{sqlstate::kInvalidSqlStatementName, Place::kStatement, ErrorClass::kTransient},
    Row{sqlstate::kClassTransactionRollback, Place::kStatement, ErrorClass::kTransient},
    Row{sqlstate::kDiskFull, Place::kAny, ErrorClass::kNeedsSomebody},
    Row{sqlstate::kOutOfMemory, Place::kAny, ErrorClass::kTransient},
    Row{sqlstate::kTooManyConnections, Place::kConnecting, ErrorClass::kTransient},
    // The database takes no connections.
    Row{sqlstate::kObjectNotInPrerequisiteState, Place::kConnecting, ErrorClass::kNeedsSomebody},
    Row{sqlstate::kObjectInUse, Place::kAny, ErrorClass::kTransient},
    Row{sqlstate::kLockNotAvailable, Place::kStatement, ErrorClass::kTransient},
    // By somebody, or by statement_timeout.
    Row{sqlstate::kQueryCanceled, Place::kStatement, ErrorClass::kTransient},
    // Shutting down, starting.
    Row{sqlstate::kClassShutdown, Place::kAny, ErrorClass::kTransient},
    Row{sqlstate::kDatabaseDropped, Place::kAny, ErrorClass::kNeedsSomebody},
};

bool Fits(const Row& row, const Failure& failure) {
  const bool connecting = failure.kind == FailureKind::kConnectFailed;
  if (row.place != Place::kAny && (row.place == Place::kConnecting) != connecting) return false;
  return failure.sqlstate.starts_with(row.sqlstate);
}

}  // namespace

std::string_view ToString(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kTransient:
      return "transient";
    case ErrorClass::kNeedsSomebody:
      return "needs the administrator";
    case ErrorClass::kNever:
      break;
  }
  return "final";
}

ErrorClass Classify(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::kConfig:
      return ErrorClass::kNever;
    case FailureKind::kConnectionLost:
    case FailureKind::kInterrupted:
      return ErrorClass::kTransient;
    case FailureKind::kOther:
      return ErrorClass::kNeedsSomebody;
    case FailureKind::kConnectFailed:
      if (failure.sqlstate.empty()) return ErrorClass::kTransient;  // nobody answered
      break;
    case FailureKind::kSql:
      break;
  }
  const Row* best = nullptr;
  for (const Row& row : kTable)
    if (Fits(row, failure) && (!best || row.sqlstate.size() > best->sqlstate.size())) best = &row;
  return best ? best->error_class : ErrorClass::kNeedsSomebody;
}

}  // namespace pg
