// Recognising a connection pooler between us and the server.
#pragma once

#include "pg/raw_session.h"

namespace pg {

enum class PoolMode {
  kNone,         // the server itself
  kSession,      // a server session belongs to this connection as long as it is open
  kTransaction,  // to a transaction only
  kStatement,
};

// The number of the server's process that runs the session's next transaction.
int AskBackendPid(PGconn* session, base::Deadline deadline, const base::Interrupt& interrupt);

// What kind of pool `session` comes from, whose process was `pid` just now. Opens a second
// connection with `parameters`, which lead to the same place, for as long as it takes: in a pool
// for transactions two connections meet in one server session, or find theirs changed. Sets
// nothing. Throws RawFailure when the second connection cannot be opened, base::Interrupted.
PoolMode FindPoolMode(PGconn* session, int pid, const Parameters& parameters,
                      base::Deadline deadline, const base::Interrupt& interrupt);

}  // namespace pg
