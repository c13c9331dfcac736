#include <poll.h>
#include <sys/socket.h>

#include "base/error.h"
#include "pg/cancel_request.h"
#include "pg/copy.h"
#include "pg/result.h"
#include "pg/wait.h"

namespace pg {
namespace {

// Reads and drops what the server still sends. False when it did not stop in time.
bool DrainCopyOut(Connection& connection, base::Deadline deadline) {
  PGconn* session = connection.native();
  for (;;) {
    char* row = nullptr;
    const int length = PQgetCopyData(session, &row, 1);
    PQfreemem(row);
    if (length < 0) break;
    if (length > 0) continue;
    if (!WaitSocket(PQsocket(session), POLLIN, deadline, connection.interrupt()) ||
        PQconsumeInput(session) == 0) {
      return false;
    }
  }
  while (ResultPtr(PQgetResult(session))) {
  }
  return true;
}

}  // namespace

CopyOut::CopyOut(Connection& connection, const std::string& sql) : connection_(connection) {
  const ResultPtr result = ExecNative(connection_, sql);
  if (PQresultStatus(result.get()) != PGRES_COPY_OUT)
    throw base::Error("statement is not a COPY to stdout: " + sql);
}

CopyOut::~CopyOut() {
  PQfreemem(buffer_);
  PGconn* session = connection_.native();
  if (done_ || PQstatus(session) != CONNECTION_OK) return;
  bool drained = false;
  try {
    CancelRequest(session).Send();
    drained = DrainCopyOut(connection_, base::Deadline::After(std::chrono::seconds(5)));
  } catch (const std::exception&) {  // interrupted: the session is of no use any more
  }
  if (!drained) shutdown(PQsocket(session), SHUT_RDWR);
}

bool CopyOut::Next(std::string_view& chunk) {
  if (done_) return false;
  PGconn* session = connection_.native();
  PQfreemem(buffer_);
  buffer_ = nullptr;
  for (;;) {
    const int length = PQgetCopyData(session, &buffer_, 1);
    if (length > 0) {
      chunk = std::string_view(buffer_, static_cast<std::size_t>(length));
      return true;
    }
    if (length < 0) break;
    WaitSocket(PQsocket(session), POLLIN, base::Deadline::Never(), connection_.interrupt());
    if (PQconsumeInput(session) == 0) ThrowFailure(connection_, nullptr);
  }
  done_ = true;
  const ResultPtr last(PQgetResult(session));
  const bool good = last && PQresultStatus(last.get()) == PGRES_COMMAND_OK;
  while (ResultPtr(PQgetResult(session))) {
  }
  if (!good) ThrowFailure(connection_, last.get());
  return false;
}

}  // namespace pg
