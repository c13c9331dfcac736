// The places that a connection string names, in the order in which libpq would try them.
#pragma once

#include <vector>

#include "pg/raw_session.h"

namespace pg {

// For each host, and each address of a host's name, parameters that lead there and nowhere else;
// target_session_attrs is kept (prefer-standby becomes a round of its own). Only one of them is
// returned as it came. libpq's own list cannot be used: its asynchronous interface leaves
// connect_timeout to the caller, who has no way to tell it to go on to the next host.
std::vector<Parameters> ConnectTargets(const Parameters& parameters);

}  // namespace pg
