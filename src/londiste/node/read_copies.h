// The copies under way on a node, as its worker told its database.
#pragma once

#include <string>
#include <vector>

#include "londiste/output/copy_status.h"
#include "pg/connection.h"

namespace londiste::node {

// Only what was told within the last seconds: nothing of a worker that was killed or hangs. Nothing
// either where the schema is SkyTools', the role may not ask, or the server is in recovery.
std::vector<output::CopyStatus> ReadCopies(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace londiste::node
