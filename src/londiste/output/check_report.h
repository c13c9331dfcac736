// What `check` found: text for people, JSON for scripts.
#pragma once

#include <string>
#include <vector>

namespace londiste::output {

struct CheckedTable {
  struct Difference {
    std::string severity, kind, name, message, statement;
  };
  std::string table, here;  // on the queue; in this database
  std::string node, there;  // whose table it was compared with, and what that is called
  std::string reason{};     // why it was not compared; ""
  std::vector<Difference> differences{};

  // It was compared, and nothing is there that could hurt the rows.
  bool ok() const;
};

std::string CheckReport(const std::vector<CheckedTable>& tables);
std::string CheckJson(const std::string& queue, const std::string& node,
                      const std::vector<CheckedTable>& tables);

}  // namespace londiste::output
