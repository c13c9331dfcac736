// What comparisons have found, as the node's database keeps it (londiste.compare_result).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "londiste/compare/compared_table.h"
#include "pg/connection.h"

namespace londiste::compare {

// Where the schema does not have such results, nothing is stored.
void StoreResult(pqxx::transaction_base& tx, const std::string& queue, const ComparedTable& table);
// The rows were changed since: nobody knows now.
void ForgetResult(pqxx::transaction_base& tx, const std::string& queue, const std::string& table);

struct StoredResult {
  std::string table;
  std::string compared_with, compared_at;  // a node; a time as the server writes it
  std::optional<bool> equal;               // nullopt: not compared
  std::string tick, tick_time, reason;     // "" when not known
  DifferenceCounts counts{};
};
// Empty where the schema does not have them, or the role may not ask.
std::vector<StoredResult> ReadResults(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace londiste::compare
