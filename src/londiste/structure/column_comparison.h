// Do a table and its copy on another node have the same columns? Differences are allowed, but never
// silent.
#pragma once

#include <string>
#include <vector>

#include "pg/connection.h"

namespace londiste::structure {

struct Column {
  std::string name;
  std::string type;
  bool not_null = false;
  bool has_default = false;  // a default, an identity or a generation expression
  bool generated = false;    // computed from other columns
  bool in_key = false;
  bool is_virtual = false;  // generated whenever it is read: no event carries it
};

// Columns of the tables `names` (schema.table, unquoted) in the same order; an empty list for a
// table that is not there.
std::vector<std::vector<Column>> LoadColumns(pg::Connection& connection,
                                             const std::vector<std::string>& names);

// One line for each difference that matters to replication, naming the column.
std::vector<std::string> CompareColumns(const std::string& table,
                                        const std::vector<Column>& provider,
                                        const std::vector<Column>& subscriber);

}  // namespace londiste::structure
