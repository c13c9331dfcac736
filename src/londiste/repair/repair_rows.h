// Makes rows of the node below equal to those of the node above, in the node's database.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "londiste/compare/comparison.h"
#include "londiste/repair/row_lookup.h"
#include "pg/connection.h"

namespace londiste::repair {

struct RepairCounts {
  std::int64_t inserts = 0, updates = 0, deletes = 0;
  std::int64_t equal = 0;     // by now: somebody else has mended them, or they have changed
  std::int64_t kept = 0;      // only here, and not to be deleted
  std::int64_t unmended = 0;  // a generated column differs
  std::int64_t unclear = 0;   // RowPair::unclear
  void Add(const RepairCounts& other);
  bool all_mended() const { return kept == 0 && unmended == 0 && unclear == 0; }
};

enum class Extra { kKeep, kDelete };  // rows that only the node below has

// Rows whose key is equal and another text (1.0 and 1.00), by both texts: two differences are one
// row then, which is to be mended once.
using RenamedRows = std::set<std::pair<Values, Values>>;

// What the rows of a comparison are on both sides: above by its snapshot, below as `tx` sees them,
// locked when it may write. Those in `renamed` are left out. Whether a snapshot still shows the
// rows is asked afterwards (compare::RequireSameTable).
std::vector<RowPair> ReadPairs(pqxx::transaction_base& above, pqxx::transaction_base& below,
                               const compare::Comparison& comparison,
                               std::span<const compare::DifferentRow> rows, Lock lock,
                               RenamedRows& renamed);

enum class Order {
  kInPlace,  // deletes, updates, inserts
  // All those rows go, and come again as they should be: unique values may have changed places.
  kAnew,
};

// In `tx`, with role replica. Throws what the server says: pqxx::unique_violation, for one.
RepairCounts Repair(pqxx::transaction_base& tx, const compare::Comparison& comparison,
                    std::span<const RowPair> rows, Extra extra, Order order);

}  // namespace londiste::repair
