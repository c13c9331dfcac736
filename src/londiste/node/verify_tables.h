// switchover --verify: the tables of two nodes compared while nobody can write.
#pragma once

#include <string>

#include "cascade/replicated_objects.h"
#include "pg/connection.h"

namespace londiste::node {

// Tables of the queue that both have, by number of rows, or by sums of their hashes, too. Shows on
// a terminal, or in the log, how far it is. Returns what was compared. Throws base::Error when rows
// differ.
std::string VerifyTables(pg::Connection& old_root, pg::Connection& new_root,
                         const std::string& queue, cascade::Verify how);

}  // namespace londiste::node
