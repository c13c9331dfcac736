// Under which names the events of a table come: old producers leave schema public out.
#pragma once

#include <string>
#include <vector>

namespace londiste::tables {

// Of the tables `names` (schema.table), as a list of SQL literals.
std::string QuotedEventNames(const std::vector<std::string>& names);

}  // namespace londiste::tables
