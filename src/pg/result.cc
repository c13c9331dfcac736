#include "pg/result.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "pg/cancel_request.h"
#include "pg/error.h"
#include "pg/sql_error.h"

namespace pg {
namespace {

std::string Field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

// Waits until the server has sent something. False: the Interrupt was woken or stopped instead.
bool AnswerComes(Connection& connection) {
  base::Interrupt& interrupt = connection.interrupt();
  for (;;) {
    std::array<pollfd, 2> fds{
        {{PQsocket(connection.native()), POLLIN, 0}, {interrupt.wake_fd(), POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(),
                              "could not wait for a server's socket");
    }
    interrupt.ThrowIfCancelled();
    if (fds[0].revents != 0) return true;
    interrupt.ClearWake();
    return false;
  }
}

}  // namespace

bool IsFailure(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_EMPTY_QUERY:
      return false;
    default:
      return true;
  }
}

SqlError MakeSqlError(const PGresult* result) {
  std::string message = Field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = base::Trim(PQresultErrorMessage(result));
  return SqlError(message, Field(result, PG_DIAG_MESSAGE_HINT), Field(result, PG_DIAG_SQLSTATE),
                  Field(result, PG_DIAG_MESSAGE_DETAIL), Field(result, PG_DIAG_CONTEXT));
}

void ThrowFailure(Connection& connection, const PGresult* result) {
  connection.interrupt().ThrowIfCancelled();
  if (PQstatus(connection.native()) != CONNECTION_OK) {
    std::string_view text = PQerrorMessage(connection.native());
    throw pqxx::broken_connection("lost connection to \"" + connection.redacted_connstr() +
                                  "\": " + std::string(base::Trim(base::TakeLine(text))));
  }
  if (result != nullptr && PQresultStatus(result) == PGRES_FATAL_ERROR) throw MakeSqlError(result);
  std::string message(base::Trim(PQerrorMessage(connection.native())));
  throw SqlError(message.empty() ? "unexpected answer of the server" : message, {}, {}, {}, {});
}

ResultPtr ExecNative(Connection& connection, const std::string& sql) {
  ResultPtr result(PQexec(connection.native(), sql.c_str()));
  if (!result || IsFailure(result.get())) ThrowFailure(connection, result.get());
  return result;
}

ResultPtr ExecUnless(Connection& connection, const char* sql,
                     const std::vector<std::string>& parameters,
                     const std::function<bool()>& give_up) {
  PGconn* session = connection.native();
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  const int sent = PQsendQueryParams(session, sql, static_cast<int>(values.size()), nullptr,
                                     values.data(), nullptr, nullptr, 0);
  if (sent == 0) ThrowFailure(connection, nullptr);
  while (PQisBusy(session) != 0) {
    if (!AnswerComes(connection) && give_up()) return nullptr;
    if (PQconsumeInput(session) == 0) ThrowFailure(connection, nullptr);
  }
  ResultPtr result(PQgetResult(session));
  while (const ResultPtr rest{PQgetResult(session)}) {
  }
  if (!result || IsFailure(result.get())) ThrowFailure(connection, result.get());
  return result;
}

void DiscardAnswer(Connection& connection) noexcept {
  CancelRequest(connection.native()).Send();
  while (const ResultPtr rest{PQgetResult(connection.native())}) {
  }
}

std::int64_t AffectedRows(const PGresult* result) {
  return base::ParseWhole<std::int64_t>(PQcmdTuples(const_cast<PGresult*>(result))).value_or(0);
}

}  // namespace pg
