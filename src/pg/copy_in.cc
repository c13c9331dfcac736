#include <poll.h>
#include <sys/socket.h>

#include "base/error.h"
#include "pg/copy.h"
#include "pg/result.h"
#include "pg/wait.h"

namespace pg {
namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

// The server reports a bad row at once, but libpq looks at it only after the last one: peek, so
// that a long stream is not sent for nothing.
bool ServerHasRefused(PGconn* session) {
  if (PQsslInUse(session) != 0 || PQgssEncInUse(session) != 0) return false;
  char kind = 0;
  return recv(PQsocket(session), &kind, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && kind == 'E';
}

void FlushSocket(Connection& connection, bool look_for_errors);

// Ends the stream (`reason`: with an error) and returns the statement's answer.
ResultPtr SendEnd(Connection& connection, const char* reason) {
  PGconn* session = connection.native();
  int ended = 0;
  while ((ended = PQputCopyEnd(session, reason)) == 0) {
    WaitSocket(PQsocket(session), POLLOUT | POLLIN, base::Deadline::Never(),
               connection.interrupt());
  }
  if (ended < 0) ThrowFailure(connection, nullptr);
  FlushSocket(connection, false);
  while (PQisBusy(session) != 0) {
    WaitSocket(PQsocket(session), POLLIN, base::Deadline::Never(), connection.interrupt());
    if (PQconsumeInput(session) == 0) ThrowFailure(connection, nullptr);
  }
  ResultPtr result(PQgetResult(session));
  PQsetnonblocking(session, 0);
  return result;
}

ResultPtr EndAlone(Connection& connection, const char* reason) {
  ResultPtr result = SendEnd(connection, reason);
  while (ResultPtr(PQgetResult(connection.native()))) {
  }
  return result;
}

[[noreturn]] void FailEarly(Connection& connection) {
  const ResultPtr result = EndAlone(connection, "stopped after an error");
  ThrowFailure(connection, result.get());
}

void FlushSocket(Connection& connection, bool look_for_errors) {
  PGconn* session = connection.native();
  for (;;) {
    const int unsent = PQflush(session);
    if (unsent == 0) return;
    if (unsent < 0) ThrowFailure(connection, nullptr);
    WaitSocket(PQsocket(session), POLLOUT | POLLIN, base::Deadline::Never(),
               connection.interrupt());
    if (look_for_errors && ServerHasRefused(session)) FailEarly(connection);
  }
}

}  // namespace

CopyIn::CopyIn(Connection& connection, const std::string& sql)
    : CopyIn(connection, ExecNative(connection, sql)) {}

CopyIn::CopyIn(Connection& connection, const ResultPtr& started) : connection_(connection) {
  if (PQresultStatus(started.get()) != PGRES_COPY_IN)
    throw base::Error("statement is not a COPY from stdin");
  buffer_.reserve(kBufferSize + kBufferSize / 4);
  PQsetnonblocking(connection_.native(), 1);
}

CopyIn::~CopyIn() {
  PGconn* session = connection_.native();
  if (done_ || PQstatus(session) != CONNECTION_OK) return;
  try {
    EndAlone(connection_, "stopped by the sender");
  } catch (const std::exception&) {
    shutdown(PQsocket(session), SHUT_RDWR);  // interrupted: the session is of no use any more
  }
}

void CopyIn::Write(std::string_view data) {
  buffer_.append(data);
  if (buffer_.size() >= kBufferSize) Flush();
}

void CopyIn::Flush() {
  PGconn* session = connection_.native();
  try {
    if (ServerHasRefused(session)) FailEarly(connection_);
    int taken = 0;
    while ((taken = PQputCopyData(session, buffer_.data(), static_cast<int>(buffer_.size()))) ==
           0) {
      WaitSocket(PQsocket(session), POLLOUT | POLLIN, base::Deadline::Never(),
                 connection_.interrupt());
    }
    if (taken < 0) ThrowFailure(connection_, nullptr);
    buffer_.clear();
    FlushSocket(connection_, true);
  } catch (...) {
    // After a refusal the COPY is over; after an interruption the destructor ends it.
    done_ = PQtransactionStatus(session) != PQTRANS_ACTIVE;
    throw;
  }
}

ResultPtr CopyIn::End() {
  if (!buffer_.empty()) Flush();
  ResultPtr result = SendEnd(connection_, nullptr);
  done_ = true;
  return result;
}

std::int64_t CopyIn::Finish() {
  const ResultPtr result = End();
  while (ResultPtr(PQgetResult(connection_.native()))) {
  }
  if (!result || IsFailure(result.get())) ThrowFailure(connection_, result.get());
  return AffectedRows(result.get());
}

}  // namespace pg
