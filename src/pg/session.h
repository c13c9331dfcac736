// Opening one PGconn: interruptible, with a deadline, with the settings every session of the suite
// has.
#pragma once

#include <libpq-fe.h>

#include <memory>

#include "base/clock.h"
#include "base/interrupt.h"
#include "pg/connection.h"

namespace pg {

struct SessionDeleter {
  void operator()(PGconn* session) const noexcept { PQfinish(session); }
};
using SessionPtr = std::unique_ptr<PGconn, SessionDeleter>;

struct OpenedSession {
  SessionPtr session;
  base::Clock::duration round_trip;  // how long its first statements took to be answered
};

// Throws pg::ConnectFailed, base::Interrupted, base::Error for a string that does not parse.
OpenedSession OpenSession(const ConnectOptions& options, const base::Interrupt& interrupt);

}  // namespace pg
