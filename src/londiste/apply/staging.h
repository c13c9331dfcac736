// Temporary tables on the target's session that net rows are copied into, one per target table and
// column set, kept across batches.
//
// `on commit delete rows`, so a batch starts with empty ones. Must hear of the end of each
// transaction: a table made in one that rolled back is gone.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "londiste/apply/table_shape.h"
#include "pg/connection.h"

namespace londiste::apply {

class Staging {
 public:
  explicit Staging(pg::Connection& target) : target_(target) {}

  // The quoted name of an empty staging table with these columns (c0, c1, ... with the types and
  // collations of `columns`). REQUIRES: a transaction. Throws pg::SqlError.
  const std::string& Empty(const TableShape& table, const std::vector<const TableColumn*>& columns);

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
  void DropUnwanted();

  pg::Connection& target_;
  std::map<std::string, Stage> stages_;  // by the statement that makes it
  std::vector<std::string> unwanted_;
  std::int64_t next_id_ = 1;
};

}  // namespace londiste::apply
