// Whether a name still means the rows that a snapshot shows. Tables are locked by name and by what
// they are now, not as the snapshot knows them: one that was rewritten, emptied, renamed or dropped
// since looks empty, or is another.
#pragma once

#include <string>

#include "base/error.h"
#include "londiste/compare/piece.h"
#include "pg/connection.h"

namespace londiste::compare {

// Another cut will do.
class TableRewritten : public base::Error {
 public:
  using Error::Error;
};

// After it was read, before its lock is given back. Throws TableRewritten.
void RequireSameStorage(pqxx::transaction_base& tx, const Piece& piece, const std::string& node);

// The same for a whole table, which may be partitioned.
void RequireSameTable(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                      const std::string& node);

}  // namespace londiste::compare
