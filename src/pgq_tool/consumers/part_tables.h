// The tables that queue-loader makes for rows of a time (table_mode split), in the batch's
// transaction. What it knows of them holds for one batch.
#pragma once

#include <pqxx/pqxx>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pgq_tool/consumers/load_rules.h"

namespace pgq_tool::consumers {

class PartTables {
 public:
  void BatchBegins() { known_.clear(); }
  // The table for rows of that time, as base::ReadTimestamp returns it: there when this returns.
  // `keys`: columns of the key.
  pg::QualifiedName For(pqxx::transaction_base& tx, const LoadRules& rules, std::string_view time,
                        const std::vector<std::string>& keys);

 private:
  std::set<pg::QualifiedName> known_;
};

}  // namespace pgq_tool::consumers
