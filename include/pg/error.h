// What went wrong with a server, in one shape, whatever libpqxx 6 or libpq threw. Retry policy is
// decided from this in one place per program.
#pragma once

#include <exception>
#include <string>

#include "base/error.h"
#include "base/interrupt.h"

namespace pg {

// The server cannot be reached or refuses the session. what() names the redacted target and the
// reason; hint() says what to check.
class ConnectFailed : public base::Error {
 public:
  ConnectFailed(const std::string& message, std::string hint, std::string sqlstate)
      : Error(message, std::move(hint)), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }  // "" when the server was not reached

 private:
  std::string sqlstate_;
};

// An error reported by libpq outside pqxx (COPY, pipeline), with the server's fields.
class SqlError : public base::Error {
 public:
  SqlError(const std::string& message, std::string hint, std::string sqlstate, std::string detail,
           std::string context)
      : Error(message, std::move(hint)),
        sqlstate_(std::move(sqlstate)),
        detail_(std::move(detail)),
        context_(std::move(context)) {}
  const std::string& sqlstate() const { return sqlstate_; }
  const std::string& detail() const { return detail_; }
  const std::string& context() const { return context_; }

 private:
  std::string sqlstate_, detail_, context_;
};

enum class FailureKind { kSql, kConnectionLost, kConnectFailed, kInterrupted, kConfig, kOther };

struct Failure {
  FailureKind kind = FailureKind::kOther;
  std::string message;   // one line, no password
  std::string sqlstate;  // "" when unknown
  std::string hint;
  std::string query;  // the statement, when known
};

// Call inside a catch block: describes the exception being handled. Knows pqxx::sql_error,
// broken_connection, serialization_failure, deadlock_detected (not sql_errors in 6.4),
// in_doubt_error, pg::*, base::*. With `interrupt`, whatever a cancelled session answered (57014, a
// socket shut down) is reported as kInterrupted; a caller that owns an Interrupt passes it.
Failure DescribeCurrentFailure(const base::Interrupt* interrupt = nullptr);

}  // namespace pg
