#include "londiste/compare/row_differences.h"

namespace londiste::compare {

void RowDifferences::Add(Side side, RowKey key, std::int64_t first_hash, std::int64_t second_hash) {
  auto& rows = surplus_[std::move(key)];
  const auto [row, added] = rows.try_emplace({first_hash, second_hash}, 0);
  row->second += side == Side::kAbove ? 1 : -1;
  if (row->second == 0) rows.erase(row);
}

bool RowDifferences::Find(std::size_t limit, bool ignore_extra,
                          std::vector<DifferentRow>& found) const {
  for (const auto& [key, rows] : surplus_) {
    std::int64_t above = 0, below = 0;
    for (const auto& [hash, count] : rows)
      (count > 0 ? above : below) += count > 0 ? count : -count;
    // One of each side is one row that was changed.
    for (; above > 0 || (below > 0 && !ignore_extra); above -= above > 0, below -= below > 0) {
      if (found.size() >= limit) return true;
      found.push_back({above == 0   ? DifferentRow::Kind::kExtra
                       : below == 0 ? DifferentRow::Kind::kMissing
                                    : DifferentRow::Kind::kChanged,
                       key});
    }
  }
  return false;
}

}  // namespace londiste::compare
