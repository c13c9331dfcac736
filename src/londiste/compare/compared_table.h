// What came out of comparing a table: for people and for scripts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "londiste/compare/comparison.h"

namespace londiste::compare {

struct ComparedTable {
  std::string table;
  std::string node{};    // above; "": none was found
  std::string reason{};  // why it was not compared; ""
  std::string tick{}, tick_time{};
  Comparison comparison{};
  ComparisonResult result{};
  std::vector<std::string> unexplained{};  // columns that only the node above has
  bool part = false;  // of a table that other queues fill, too: rows only here may be theirs
  double seconds = 0;
  // It was compared before, by a run that goes on; how it came out.
  std::optional<bool> stored_verdict{};

  bool compared() const { return reason.empty(); }
  bool equal() const {
    if (stored_verdict) return *stored_verdict;
    return compared() && result.counts.none() && unexplained.empty() &&
           (part || result.above == result.below);
  }
};

// "10 rows, checksum=…", "10 rows", or what compare_sql answered; "1 rows", as SkyTools says.
std::string TotalsText(const SideTotals& totals);

// What `compare` prints. Rows are listed up to `most_rows` of a table.
std::string ComparisonText(const std::vector<ComparedTable>& tables, std::size_t most_rows);

}  // namespace londiste::compare
