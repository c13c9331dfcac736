// The columns of the provider that tables here do without, as they are stored with the tables.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pg/connection.h"

namespace londiste::tables {

using ColumnNames = std::set<std::string, std::less<>>;

// By the table's name on the queue. Empty where schema londiste, an older one or that of SkyTools,
// has no such list.
std::map<std::string, ColumnNames> LoadLeftOutColumns(pqxx::transaction_base& tx,
                                                      const std::string& queue);

// The table here holds the provider's rows, without these columns. In the transaction that makes
// it so; does nothing where the list above is always empty.
void StoreTableCopied(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const std::vector<std::string>& left_out);

}  // namespace londiste::tables
