// Which tables or sequences of the queue this node registers at all (register_only_tables,
// register_skip_tables, and the same for sequences).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace londiste::tables {

struct RegistrationFilter {
  std::vector<std::string> only;  // empty: all
  std::vector<std::string> skip;

  bool Wants(const std::string& name) const {
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) return false;
    return std::find(skip.begin(), skip.end(), name) == skip.end();
  }
};

}  // namespace londiste::tables
