// What came out of comparing a table, for scripts.
#pragma once

#include <string>
#include <vector>

#include "londiste/compare/compared_table.h"
#include "londiste/output/json.h"

namespace londiste::compare {

output::Json ComparedJson(const ComparedTable& table);
// What `compare --json` prints.
std::string ComparisonJson(const std::string& queue, const std::string& node,
                           const std::vector<ComparedTable>& tables);

}  // namespace londiste::compare
