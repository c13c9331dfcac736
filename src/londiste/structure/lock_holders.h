// Who holds locks on tables, for messages about waiting.
#pragma once

#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

// `pid 123 (user "app", application "psql", idle in transaction since …), …`, three at most; ""
// when nobody does any more.
std::string LockHolders(pqxx::transaction_base& tx, const std::vector<pg::QualifiedName>& tables);

}  // namespace londiste::structure
