// Statements that make a row of the node below equal to that of the node above.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "londiste/compare/comparison.h"
#include "londiste/repair/row_lookup.h"

namespace londiste::repair {

struct Fix {
  enum class Kind { kInsert, kUpdate, kDelete };
  Kind kind;
  // For one row each, in this order. None: only generated columns differ, which cannot be set.
  std::vector<std::string> statements;
};

// nullopt: the row is equal, or both have none.
std::optional<Fix> FixOf(const compare::Comparison& comparison, const RowPair& row);

// The row is put in with all its values, also those of columns of its own.
std::string InsertSql(const compare::Comparison& comparison, const RowPair& row);
std::string DeleteSql(const compare::Comparison& comparison, const RowPair& row);

}  // namespace londiste::repair
