// The server-side event filter of setting local_only.
#pragma once

#include <string>

#include "londiste/worker/replication_handler.h"

namespace londiste::worker {

// SQL condition that passes cascade and londiste events, scripts (unless dropped), and rows of
// tables that are local on this node in any state.
std::string LocalOnlyFilter(pg::Connection& target, const ReplicationOptions& options);

}  // namespace londiste::worker
