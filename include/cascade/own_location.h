// Whether a database is the one that the cascade knows as its node: a restored copy holds the
// node's name, position and providers too, and must not act for it.
#pragma once

#include <string>

#include "base/interrupt.h"
#include "cascade/node.h"
#include "pg/connection.h"

namespace cascade {

// Connects to the location under which `node` is registered in `local`'s own list and compares. The
// options serve for the rest: application_name, and `extra_connstr` to be added. Returns "" when it
// leads here, or why that cannot be told (nobody answers there). Throws base::Error with a hint
// when it leads to another database.
std::string CheckOwnLocation(pg::Connection& local, const NodeInfo& node,
                             const std::string& extra_connstr, const std::string& application_name,
                             base::Interrupt& interrupt);

}  // namespace cascade
