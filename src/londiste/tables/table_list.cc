#include "londiste/tables/table_list.h"

#include "base/error.h"
#include "pg/qualified_name.h"

namespace londiste::tables {

void TableList::Read(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Table> tables = ReadTablesForApply(tx, queue);
  for (const Table& table : tables) {
    if (table.local && table.state.kind == MergeState::Kind::kUnknown)
      throw base::Error(
          "table " + table.name + " is in unknown merge_state \"" + table.state.text + "\"",
          "Command resync copies the table again, whatever its state.");
  }
  tables_ = std::move(tables);
  by_name_.clear();
  for (std::size_t i = 0; i < tables_.size(); ++i) by_name_.emplace(tables_[i].name, i);
}

const Table* TableList::Find(std::string_view name) const {
  auto found = by_name_.find(name);
  if (found == by_name_.end()) found = by_name_.find(pg::WithDefaultSchema(name));
  return found == by_name_.end() ? nullptr : &tables_[found->second];
}

}  // namespace londiste::tables
