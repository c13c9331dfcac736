// What a role lacks that is to read a table.
#pragma once

#include <string>

#include "londiste/compare/piece.h"
#include "pg/connection.h"

namespace londiste::compare {

// After the server has refused to let the session's role read the relation: what is to be granted,
// or that row-level security hides rows. `refusal`: the server's message.
std::string MissingRights(pqxx::transaction_base& tx, const Piece& piece, const std::string& node,
                          const std::string& refusal);

}  // namespace londiste::compare
