// Telling a server that is not there from one that refuses.
#pragma once

#include "pg/error.h"

namespace pgqd {

// The session was lost, nobody answers, or the server is starting or shutting down: it may be back
// in a moment.
bool ServerIsAway(const pg::Failure& failure);

}  // namespace pgqd
