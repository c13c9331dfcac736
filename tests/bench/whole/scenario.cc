#include "bench/whole/scenario.h"

#include <fmt/format.h>

namespace bench {

std::vector<std::pair<std::string, std::string>> Scenario::Parameters() const {
  std::vector<std::pair<std::string, std::string>> all;
  if (workload == "lag") {
    all.emplace_back("rate", fmt::format("{}/s", rate));
    all.emplace_back("nodes", branch ? "3" : "2");
  } else {
    all.emplace_back("rows", std::to_string(rows));
  }
  if (workload == "compare-load") all.emplace_back("rate", fmt::format("{}/s", rate));
  if (workload.starts_with("compare")) all.emplace_back("sessions", std::to_string(sessions));
  if (workload == "catch-up")
    all.emplace_back("batch", rows_per_batch ? std::to_string(rows_per_batch) : "small");
  all.emplace_back("tables", std::to_string(tables));
  all.emplace_back("columns", std::to_string(columns));
  all.emplace_back("row", fmt::format("{} B", row_bytes));
  all.emplace_back("keys", random_keys ? "random" : "ordered");
  all.emplace_back("round trip", round_trip_ms
                                     ? fmt::format("{} ms{}", *round_trip_ms,
                                                   far_subscriber ? " to the subscriber" : "")
                                     : std::string("socket"));
  return all;
}

}  // namespace bench
