// Rows that were missing here, as they are counted in the node's database.
#pragma once

#include <string>
#include <vector>

#include "londiste/apply/missing_rows.h"
#include "pg/connection.h"
#include "pgq/conditions.h"

namespace londiste::apply {

// Adds the counts of a batch, in its transaction. False when there was nothing to add, or the
// schema does not count.
bool StoreMissingRows(pqxx::transaction_base& tx, const std::string& queue,
                      const apply::MissingCounts& counts);

constexpr const char* kMissingRows = "missing_rows";  // the condition, of a table

// A condition for each table that lacks rows.
std::vector<pgq::Condition> MissingRowConditions(pqxx::transaction_base& tx,
                                                 const std::string& queue);

}  // namespace londiste::apply
