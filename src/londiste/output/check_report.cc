#include "londiste/output/check_report.h"

#include <algorithm>

#include "londiste/output/json.h"

namespace londiste::output {

bool CheckedTable::ok() const {
  return reason.empty() && std::ranges::none_of(differences, [](const Difference& difference) {
           return difference.severity != "notice";
         });
}

std::string CheckReport(const std::vector<CheckedTable>& tables) {
  std::string text;
  for (const CheckedTable& table : tables) {
    text += table.table;
    if (table.here != table.table) text += " (" + table.here + ")";
    if (!table.reason.empty()) {
      text += ": not compared: " + table.reason + "\n";
      continue;
    }
    text += table.differences.empty()
                ? ": as on " + table.node
                : std::string(table.ok() ? ": fits " : ": differs from ") + table.node;
    text += "\n";
    for (const CheckedTable::Difference& difference : table.differences) {
      text += "  " + difference.severity + ": " + difference.message + "\n";
      if (!difference.statement.empty()) text += "      " + difference.statement + ";\n";
    }
  }
  return text;
}

std::string CheckJson(const std::string& queue, const std::string& node,
                      const std::vector<CheckedTable>& tables) {
  Json all = Json::array();
  for (const CheckedTable& table : tables) {
    Json differences = Json::array();
    for (const CheckedTable::Difference& difference : table.differences)
      differences.push_back({{"severity", difference.severity},
                             {"kind", difference.kind},
                             {"name", difference.name},
                             {"message", difference.message},
                             {"statement", TextOrNull(difference.statement)}});
    all.push_back({{"table_name", table.table},
                   {"dest_table", table.here},
                   {"compared_with", TextOrNull(table.node)},
                   {"ok", table.ok()},
                   {"reason", TextOrNull(table.reason)},
                   {"differences", differences}});
  }
  return JsonText({{"queue_name", queue}, {"node_name", node}, {"tables", all}});
}

}  // namespace londiste::output
