// Somebody's word on a script that has stopped a node.
#pragma once

#include <string>

#include "pg/connection.h"

namespace londiste::execute {

enum class Decision { kSkip, kRetry, kForce };

// Notes it for the node's worker. On a root, where no worker runs scripts, kSkip ends the script:
// what is done of it stays, and what is not yet on the queue does not go there. Throws base::Error
// when no such script stands still here, and names the one that does.
void Decide(pqxx::transaction_base& tx, const std::string& queue, const std::string& file,
            Decision decision);

}  // namespace londiste::execute
