// The tables of a queue as the worker last read them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "londiste/tables/table.h"

namespace londiste::tables {

class TableList {
 public:
  // Throws base::Error when a local table is in a state that this version does not know.
  void Read(pqxx::transaction_base& tx, const std::string& queue);
  const std::vector<Table>& tables() const { return tables_; }
  const Table* Find(std::string_view name) const;  // `name` without a dot means schema public

 private:
  std::vector<Table> tables_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

}  // namespace londiste::tables
