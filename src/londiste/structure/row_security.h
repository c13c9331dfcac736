// Row-level security keeps rows from whoever may not see them, and replication has to see all.
#pragma once

#include <string>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

// `where`: "here", "on the provider".
std::string RowSecurityHint(const std::string& where);

// Throws pg::SqlError 42501 naming table, side and role when the policies of the table would apply
// to this session's role. The table must exist.
void RefuseRowSecurity(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                       const std::string& where);

}  // namespace londiste::structure
