// A request to the server to end what a session is doing.
#pragma once

#include <libpq-fe.h>

namespace pg {

// Made by the session's thread; Send may be called from any thread, also after the session is gone.
class CancelRequest {
 public:
  explicit CancelRequest(PGconn* session) : cancel_(PQgetCancel(session)) {}
  ~CancelRequest() { PQfreeCancel(cancel_); }
  CancelRequest(const CancelRequest&) = delete;
  CancelRequest& operator=(const CancelRequest&) = delete;

  // Connects, sends, and waits until the server has closed the connection. Whether the request had
  // an effect can only be seen at the session. A server that goes away meanwhile is no SIGPIPE for
  // the process: PQcancel, unlike the rest of libpq, does not see to that.
  void Send() noexcept;

 private:
  PGcancel* cancel_;  // null: the session was not connected
};

}  // namespace pg
