// Temporary tables on the target's session that net rows are copied into, one per target table and
// column set, kept across batches.
//
// `on commit delete rows`, so a batch starts with empty ones. Must hear of the end of each
// transaction: a table made in one that rolled back is gone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "londiste/apply/statement_series.h"
#include "londiste/structure/table_shape.h"

namespace londiste::apply {

class Staging {
 public:
  // The quoted name of a staging table that is empty once `series` is sent. Its columns: c0, c1,
  // ... with the types and collations of `columns`, and two bool: whether the row `was_there`
  // before and `is_there` after. REQUIRES: a transaction.
  const std::string& Prepare(const structure::TableShape& table,
                             const std::vector<const structure::TableColumn*>& columns,
                             StatementSeries& series);

  // The savepoint around the last calls was released, or rolled back to.
  void Released();
  void Undone();
  // The transaction.
  void Committed();
  void RolledBack();
  // The target tables may have changed: none is used again.
  void Forget();

 private:
  struct Stage {
    std::string name;
    bool committed = false;  // the table exists for certain
    bool released = false;   // and so it does in this transaction
    bool filled = false;     // perhaps, in this transaction
  };
  void DropUnwanted(StatementSeries& series);

  std::map<std::string, Stage> stages_;  // by the statement that makes it
  std::vector<std::string> unwanted_;
  std::int64_t next_id_ = 1;
};

}  // namespace londiste::apply
