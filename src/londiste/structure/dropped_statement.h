// Runs a statement of londiste.table_info.dropped_ddl.
#pragma once

#include <pqxx/pqxx>

#include <string>

#include "pg/quote.h"

namespace londiste::structure {

// Names of ours are all qualified. SkyTools stored the statement as it read under the path of its
// session: where a name is not found as it stands, it is looked for in the table's schema and in
// public, after those of the server. Leaves the transaction usable for the caller's SQL.
void RunDroppedStatement(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                         const std::string& sql);

}  // namespace londiste::structure
