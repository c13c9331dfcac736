#include "pg/error_class.h"

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
    Row{"08", Place::kAny, ErrorClass::kTransient},  // connection exception
    Row{"0A000", Place::kStatement, ErrorClass::kNeedsSomebody},
    Row{"25006", Place::kStatement, ErrorClass::kNeedsSomebody},  // read only: a standby, a setting
    Row{"25P", Place::kStatement, ErrorClass::kTransient},  // in failed, idle, too long transaction
    Row{"26000", Place::kStatement,
        ErrorClass::kTransient},                            // prepared statement of another session
    Row{"40", Place::kStatement, ErrorClass::kTransient},   // serialization, deadlock, completion
    Row{"53100", Place::kAny, ErrorClass::kNeedsSomebody},  // disk full
    Row{"53200", Place::kAny, ErrorClass::kTransient},      // out of memory
    Row{"53300", Place::kConnecting, ErrorClass::kTransient},      // too many connections
    Row{"55000", Place::kConnecting, ErrorClass::kNeedsSomebody},  // takes no connections
    Row{"55006", Place::kAny, ErrorClass::kTransient},             // object in use
    Row{"55P03", Place::kStatement, ErrorClass::kTransient},       // lock not available
    Row{"57014", Place::kStatement, ErrorClass::kTransient},       // cancelled, statement_timeout
    Row{"57P", Place::kAny, ErrorClass::kTransient},               // shutting down, starting
    Row{"57P04", Place::kAny, ErrorClass::kNeedsSomebody},         // database dropped
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
      return "needs somebody";
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
