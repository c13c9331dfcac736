// Physical copies of a server.
#pragma once

#include "support/postgres_server.h"

namespace test_support {

// The data of `copy` becomes a copy of the running server's; only the configuration, with the
// folder of its socket, stays its own. A standby follows the server, a clone is a server of its
// own.
void MakeStandby(PostgresServer& copy, const PostgresServer& of);
void MakeClone(PostgresServer& copy, const PostgresServer& of);

// Cuts a standby off from its server, so that it lacks what comes from now on, and makes it one of
// its own. (A standby whose replay is paused would replay what it has received when it is
// promoted.)
void Disconnect(const PostgresServer& standby);
void Promote(const PostgresServer& standby);

}  // namespace test_support
