// Compares a table of two nodes within a cut.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "londiste/compare/comparison.h"
#include "londiste/compare/custom_query.h"
#include "londiste/compare/cut_readers.h"
#include "pg/connection.h"

namespace londiste::compare {

// Both sides of a cut (cascade/cut.h). The readers have its transactions.
struct CutReaders {
  Readers above, below;
  std::string above_node, below_node;
  // With the node below, one for each reader above, where rows are rewritten; no transaction open.
  std::vector<std::unique_ptr<pg::Connection>> rewriting{};
};

struct ComparisonProgress {
  std::int64_t bytes = 0, all_bytes = 0;  // of both sides, as a guess
  std::int64_t rows = 0;                  // of both sides, that were read
  bool finding_rows = false;              // the sums differ: which rows do
};

// Bytes.
inline constexpr std::int64_t kUsualMemory = 256 << 20;

// How much is to be found out.
struct ComparisonScope {
  bool count_only = false;
  CustomQuery query{};                 // asked instead
  std::size_t differences = 100'000;   // rows to be listed
  std::int64_t memory = kUsualMemory;  // bytes for rows whose sums differ
  // Rows that only the node below has may have come from elsewhere, and are no difference.
  bool ignore_extra = false;
  Throttle* throttle = nullptr;
};

// First sums of all rows, then, where they differ, the rows of the buckets that do. Throws
// TableRewritten, and what the servers say.
ComparisonResult CompareTable(CutReaders& readers, const Comparison& comparison,
                              const ComparisonScope& scope, base::Interrupt& owner,
                              const std::function<void(const ComparisonProgress&)>& progress);

}  // namespace londiste::compare
