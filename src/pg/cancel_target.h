// How another thread ends what a session is doing: first politely, then at the socket.
//
// Made and destroyed by the session's thread; Fire is called by any thread, one at a time (the
// Interrupt's lock sees to it).
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>

#include "base/clock.h"

namespace pg {

class CancelTarget {
 public:
  explicit CancelTarget(PGconn* session);
  ~CancelTarget();
  CancelTarget(const CancelTarget&) = delete;
  CancelTarget& operator=(const CancelTarget&) = delete;

  // Sends a cancel request in the background; from two seconds after the first call on, shuts the
  // socket down instead.
  void Fire() noexcept;

 private:
  struct Request;
  std::shared_ptr<Request> request_;  // shared with the thread that sends it: a dead network may
                                      // hold that one longer than the session lives
  int socket_ =
      -1;  // a duplicate of the session's own, so that no descriptor reused by others can be hit
  std::optional<base::Clock::time_point> first_;
};

}  // namespace pg
