// Opening one PGconn: interruptible, with a deadline for each host, with the settings every session
// of the suite has.
#pragma once

#include "base/clock.h"
#include "base/interrupt.h"
#include "pg/connection.h"
#include "pg/raw_session.h"

namespace pg {

struct OpenedSession {
  SessionPtr session;
  base::Clock::duration round_trip;  // how long its first statement took to be answered
  int backend_pid;                   // 0: each transaction may have another
  Parameters parameters;             // lead to the same server again
};

// Throws pg::ConnectFailed, base::Interrupted, base::Error for a string that does not parse.
OpenedSession OpenSession(const ConnectOptions& options, const base::Interrupt& interrupt);

}  // namespace pg
