// Rows whose values are not compared as the node above has them, but as they are applied below:
// read, changed by the table's handler, and hashed by the server below, in the types that they have
// there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "londiste/compare/comparison.h"
#include "londiste/compare/piece.h"
#include "pg/connection.h"

namespace londiste::compare {

// `sql` makes a query (row_hash.h) of the side below, with the key and the values that it has; its
// answers are returned, one for some rows each. `above`: in the cut. `below`: any session with that
// node, no transaction open. REQUIRES: comparison.rewrites.
std::vector<pqxx::result> ReadRewritten(
    pqxx::transaction_base& above, pg::Connection& below, const Comparison& comparison,
    const Piece& piece,
    const std::function<std::string(const ComparedSide& side, const Piece& piece)>& sql);

}  // namespace londiste::compare
