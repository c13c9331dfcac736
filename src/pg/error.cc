#include "pg/error.h"

#include <array>
#include <new>
#include <pqxx/pqxx>
#include <string_view>

#include "base/text.h"
#include "pg/sqlstate.h"

namespace pg {
namespace {

constexpr std::string_view kLost = "lost connection to the server";

// libpqxx hands on libpq's whole text: `ERROR:  message`, then lines LINE, DETAIL, HINT, CONTEXT,
// QUERY. DETAIL may show a row: left out.
void SetFromServerText(Failure& failure, std::string_view text) {
  static constexpr std::array<std::string_view, 4> kEnds{"LINE ",
                                                         "DETAIL: ", "CONTEXT: ", "QUERY: "};
  bool in_message = true, in_hint = false;
  while (!text.empty()) {
    const std::string_view line = base::TakeLine(text);
    bool ends = false;
    for (const auto end : kEnds) ends = ends || line.starts_with(end);
    if (line.starts_with("HINT: ")) {
      in_message = false, in_hint = true;
      failure.hint = base::Trim(line.substr(6));
    } else if (ends) {
      in_message = in_hint = false;
    } else if (in_message || in_hint) {
      std::string& part = in_message ? failure.message : failure.hint;
      const std::string_view more = base::Trim(line);
      if (!part.empty() && !more.empty()) part += ' ';
      part += more;
    }
  }
  for (const std::string_view severity : {"ERROR:  ", "FATAL:  ", "PANIC:  "}) {
    if (failure.message.starts_with(severity)) failure.message.erase(0, severity.size());
  }
}

// Without an SQLSTATE it was not the server that spoke, but libpq: it has given the session up,
// even where its status tells so only at the next statement.
bool MeansConnectionLost(std::string_view sqlstate) {
  return sqlstate.empty() || sqlstate.starts_with(sqlstate::kClassConnectionException) ||
         sqlstate == sqlstate::kAdminShutdown || sqlstate == sqlstate::kCrashShutdown ||
         sqlstate == sqlstate::kCannotConnectNow || sqlstate == sqlstate::kIdleSessionTimeout;
}

Failure FromServer(std::string_view text, std::string sqlstate, std::string query) {
  Failure failure;
  failure.kind = MeansConnectionLost(sqlstate) ? FailureKind::kConnectionLost : FailureKind::kSql;
  failure.sqlstate = std::move(sqlstate);
  failure.query = std::move(query);
  SetFromServerText(failure, text);
  return failure;
}

Failure Lost(std::string_view text) {
  // libpqxx's default text ("Connection to database failed") is wrong for a session that once was
  // there.
  const bool ours = text.starts_with("lost connection");
  Failure failure;
  failure.kind = FailureKind::kConnectionLost;
  failure.message = ours ? base::Trim(text) : kLost;
  return failure;
}

Failure Plain(FailureKind kind, const std::string& message, const std::string& hint = {},
              const std::string& sqlstate = {}) {
  Failure failure;
  failure.kind = kind;
  failure.message = message;
  failure.hint = hint;
  failure.sqlstate = sqlstate;
  return failure;
}

Failure DescribeOurs() {
  try {
    throw;
  } catch (const ConnectFailed& e) {
    return Plain(FailureKind::kConnectFailed, e.what(), e.hint(), e.sqlstate());
  } catch (const SqlError& e) {
    const auto kind =
        MeansConnectionLost(e.sqlstate()) ? FailureKind::kConnectionLost : FailureKind::kSql;
    return Plain(kind, e.what(), e.hint(), e.sqlstate());
  } catch (const base::ConfigError& e) {
    return Plain(FailureKind::kConfig, e.what(), e.hint());
  } catch (const base::Error& e) {
    return Plain(FailureKind::kOther, e.what(), e.hint());
  }
}

Failure Describe() {
  try {
    throw;
  } catch (const base::Interrupted& e) {
    return Plain(FailureKind::kInterrupted, e.what());
  } catch (const base::Error&) {
    return DescribeOurs();
  } catch (const pqxx::serialization_failure& e) {
    return FromServer(e.what(), sqlstate::kSerializationFailure, {});
  } catch (const pqxx::deadlock_detected& e) {
    return FromServer(e.what(), sqlstate::kDeadlockDetected, {});
  } catch (const pqxx::statement_completion_unknown& e) {
    return FromServer(e.what(), sqlstate::kStatementCompletionUnknown, {});
  } catch (const pqxx::transaction_rollback& e) {
    return FromServer(e.what(), sqlstate::kTransactionRollback, {});
  } catch (const pqxx::in_doubt_error&) {
    return Lost(
        "lost connection to the server while committing; the outcome is checked after "
        "reconnecting");
  } catch (const pqxx::insufficient_privilege& e) {
    // libpqxx 6.4 leaves its code out.
    return FromServer(e.what(), sqlstate::kInsufficientPrivilege, e.query());
  } catch (const pqxx::sql_error& e) {
    return FromServer(e.what(), e.sqlstate(), e.query());
  } catch (const pqxx::broken_connection& e) {
    return Lost(e.what());
  } catch (const std::bad_alloc&) {
    return Plain(FailureKind::kOther, "out of memory");
  } catch (const std::exception& e) {
    return Plain(FailureKind::kOther, e.what());
  } catch (...) {
    return Plain(FailureKind::kOther, "unknown error");
  }
}

}  // namespace

Failure DescribeCurrentFailure(const base::Interrupt* interrupt) {
  Failure failure = Describe();
  const bool by_server = failure.kind == FailureKind::kSql ||
                         failure.kind == FailureKind::kConnectionLost ||
                         failure.kind == FailureKind::kConnectFailed;
  if (by_server && interrupt != nullptr && interrupt->cancelled())
    failure.kind = FailureKind::kInterrupted;
  return failure;
}

}  // namespace pg
