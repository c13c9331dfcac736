// The changes of a table within a batch, folded to one for each row and written as sets:
// row_mode bulk.
#pragma once

#include <cstdint>
#include <map>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "pgq_tool/consumers/load_rules.h"
#include "pgq_tool/consumers/row_change.h"

namespace pgq_tool::consumers {

class BulkLoad {
 public:
  BulkLoad(pg::QualifiedName table, BulkMode mode) : table_(std::move(table)), mode_(mode) {}

  // Throws base::Error for a change that the mode does not know, or of a row without a key. Writes
  // what was added before, where that has other columns or there is much of it.
  void Add(pqxx::transaction_base& tx, RowChange change);
  // Writes all that was added.
  void Flush(pqxx::transaction_base& tx);
  // How many rows to update or delete were not there.
  std::int64_t missing() const { return missing_; }

 private:
  struct Net {
    bool was_there = false;  // before the first change
    bool is_there = false;   // after the last
    std::vector<pgq::Field> row;
  };
  using Rows = std::vector<const std::vector<pgq::Field>*>;

  void Stage(pqxx::transaction_base& tx, const std::vector<std::string>& columns,
             const Rows& rows) const;
  std::int64_t Delete(pqxx::transaction_base& tx, const Rows& rows) const;
  std::int64_t Update(pqxx::transaction_base& tx, const Rows& rows) const;
  void Insert(pqxx::transaction_base& tx, const std::string& into,
              const std::vector<std::string>& columns, const Rows& rows) const;
  std::string SameKey() const;

  const pg::QualifiedName table_;
  const BulkMode mode_;
  std::vector<std::string> keys_, columns_;                      // of what was added
  std::map<std::vector<std::optional<std::string>>, Net> rows_;  // by key
  std::int64_t missing_ = 0;
};

}  // namespace pgq_tool::consumers
