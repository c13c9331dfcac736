// Rows of both sides, as keys and hashes, matched with each other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "londiste/compare/comparison.h"

namespace londiste::compare {

using RowKey = std::vector<std::optional<std::string>>;

class RowDifferences {
 public:
  enum class Side { kAbove, kBelow };
  void Add(Side side, RowKey key, std::int64_t first_hash, std::int64_t second_hash);
  // In the order of the keys' text; at most `limit`, and whether there are more.
  bool Find(std::size_t limit, bool ignore_extra, std::vector<DifferentRow>& found) const;

 private:
  using Hash = std::pair<std::int64_t, std::int64_t>;
  // How many more rows of this key and hash there are above than below.
  std::map<RowKey, std::map<Hash, std::int64_t>> surplus_;
};

}  // namespace londiste::compare
