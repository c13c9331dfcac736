// The tables of a queue as the worker last read them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "londiste/tables/table.h"

namespace londiste::tables {

class TableList {
 public:
  // Throws base::Error when a local table is in a state that this version does not know; the list
  // is then as it was before.
  void Read(pqxx::transaction_base& tx, const std::string& queue);
  // The same for a list that was read from this database before, in the time that the changes take:
  // reads the rows that have another version now. Returns the names of the tables that may be other
  // ones than before; nullopt: all may be, and the list may have others.
  std::optional<std::vector<std::string>> ReadChanged(pqxx::transaction_base& tx,
                                                      const std::string& queue);
  const std::vector<Table>& tables() const { return tables_; }
  const Table* Find(std::string_view name) const;  // `name` without a dot means schema public

 private:
  std::optional<std::size_t> IndexOf(std::string_view name) const;

  std::vector<Table> tables_;
  // Of the rows, in the order of tables_, read before them: a row may be newer than its version
  // says, which has it read once more, and never older. Empty: not known.
  std::vector<std::string> versions_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

}  // namespace londiste::tables
