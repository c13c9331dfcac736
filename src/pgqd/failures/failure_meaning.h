// What a failure means for a thread that serves one database.
#pragma once

#include "pg/error.h"

namespace pgqd {

// The session was lost, nobody answers, or the server is starting or shutting down: it may be back
// in a moment.
bool ServerIsAway(const pg::Failure& failure);

// The database was dropped or renamed, or takes no connections any more. Where databases are found
// and not listed, that is no failure.
bool DatabaseIsGone(const pg::Failure& failure);

// What the session had prepared, or knew of PgQ, does not hold any more: PgQ was dropped, made anew
// or updated. A fresh look will tell.
bool PgqHasChanged(const pg::Failure& failure);

}  // namespace pgqd
