// Where the rows of a table's events go.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "pg/quote.h"
#include "pgq/ids.h"

namespace londiste::apply {

struct TargetTable {
  std::string queue_name;        // name on the queue, schema.table
  pg::QualifiedName dest;        // local name
  bool ignore_truncate = false;  // handler argument
  // Columns that events may have and this table may lack. Any other unknown column is an error.
  std::set<std::string, std::less<>> left_out{};
};

// Decides for each event whether and where it is applied. Implemented by the main worker and by a
// table copy.
class TargetTables {
 public:
  virtual ~TargetTables() = default;
  // nullptr: not for us, ignore the event (counted).
  virtual const TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) = 0;
};

}  // namespace londiste::apply
