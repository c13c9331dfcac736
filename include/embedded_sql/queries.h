// Queries of SQL functions of ours, for databases that do not have the function: with $1 in place
// of its parameter, and without the search_path that the function sets. Generated from sql/ at
// build time.
#pragma once

#include <string>

namespace embedded_sql {

const std::string& describe_table();

}  // namespace embedded_sql
