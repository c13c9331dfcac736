// The rows that a comparison found to differ, looked at again by their keys.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "londiste/compare/comparison.h"
#include "pg/connection.h"

namespace londiste::repair {

using Values = std::vector<std::optional<std::string>>;

// A row as both nodes have it now; nullopt: there is none. Values are those of
// Comparison::columns, as text.
struct RowPair {
  std::optional<Values> above, below;
  Values own;             // of the columns that only the node below has
  bool unclear = false;   // the key is that of several rows, or NULL
  std::size_t place = 0;  // of the difference that it was looked up for
};

// The values of its key, of a row's.
Values KeyOf(const compare::Comparison& comparison, const Values& row);

enum class Lock { kNone, kForUpdate };

struct FoundRow {
  std::optional<Values> row{};
  bool unclear = false;
};

// The rows of one side, one for each key; by index.
std::vector<FoundRow> LookUp(pqxx::transaction_base& tx, const compare::ComparedSide& side,
                             std::span<const compare::DifferentRow> rows, Lock lock,
                             const std::vector<std::string>& more_columns = {});

}  // namespace londiste::repair
