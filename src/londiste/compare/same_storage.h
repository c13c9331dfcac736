// Whether a snapshot still shows the rows of a table.
#pragma once

#include <string>

#include "base/error.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::compare {

// The table was rewritten, emptied or dropped since the cut: its snapshot does not show the rows
// any more. Another cut will.
class TableRewritten : public base::Error {
 public:
  using Error::Error;
};

// Of one relation, named `what` in the message, or of a table and its partitions. Called after the
// rows were read, while their locks are held. Throws TableRewritten.
void RequireSameStorage(pqxx::transaction_base& tx, unsigned relation, const std::string& what);
void RequireSameStorage(pqxx::transaction_base& tx, const pg::QualifiedName& table);

}  // namespace londiste::compare
