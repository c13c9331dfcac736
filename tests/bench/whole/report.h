// Results as JSON lines and as Markdown tables.
#pragma once

#include <string>
#include <vector>

#include "bench/whole/scenario.h"
#include "bench/whole/workload.h"

namespace bench {

struct Result {
  Scenario scenario;
  std::string system;
  Metrics metrics;
  std::string failure;  // "": it went well
  std::string remarks;
  std::string server_version;
};

std::string ToJson(const Result& result);

// A table for each workload. Rows: what varies, and each headline metric; columns: the systems with
// medians over repeats, and each one's ratio to the first.
std::string ToMarkdown(const std::vector<Result>& results, const std::vector<std::string>& systems);

}  // namespace bench
