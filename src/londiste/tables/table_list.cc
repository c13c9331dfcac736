#include "londiste/tables/table_list.h"

#include "base/error.h"
#include "pg/qualified_name.h"
#include "pg/text_array.h"

namespace londiste::tables {
namespace {

// In the order of londiste.get_table_list.
constexpr const char* kVersions =
    "select table_name, nr || ' ' || xmin || ' ' || ctid from londiste.table_info where queue_name "
    "= $1 order by nr, table_name";
constexpr const char* kRows =
    "select * from londiste.table_info where queue_name = $1 and table_name = any ($2::text[])";

void RequireKnownState(const Table& table) {
  if (!table.local || table.state.kind != MergeState::Kind::kUnknown) return;
  throw base::Error(
      "table " + table.name + " is in unknown merge_state \"" + table.state.text + "\"",
      "Command resync copies the table again, whatever its state.");
}

bool SameNames(const std::vector<Table>& tables, const pqxx::result& versions) {
  if (tables.size() != versions.size()) return false;
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (tables[i].name != versions[static_cast<pqxx::result::size_type>(i)][0].c_str())
      return false;
  return true;
}

std::vector<std::string> TextsOf(const pqxx::result& versions) {
  std::vector<std::string> texts;
  for (const pqxx::row& row : versions) texts.emplace_back(row[1].c_str());
  return texts;
}

}  // namespace

void TableList::Read(pqxx::transaction_base& tx, const std::string& queue) {
  const pqxx::result versions = tx.exec_params(kVersions, queue);
  std::vector<Table> tables = ReadTablesForApply(tx, queue);
  for (const Table& table : tables) RequireKnownState(table);
  tables_ = std::move(tables);
  versions_.clear();
  if (SameNames(tables_, versions)) versions_ = TextsOf(versions);
  by_name_.clear();
  for (std::size_t i = 0; i < tables_.size(); ++i) by_name_.emplace(tables_[i].name, i);
}

std::optional<std::vector<std::string>> TableList::ReadChanged(pqxx::transaction_base& tx,
                                                               const std::string& queue) {
  const auto read_all = [&] {
    Read(tx, queue);
    return std::nullopt;
  };
  const pqxx::result now = tx.exec_params(kVersions, queue);
  if (versions_.size() != tables_.size() || !SameNames(tables_, now)) return read_all();
  std::vector<std::string> versions = TextsOf(now), names;
  for (std::size_t i = 0; i < tables_.size(); ++i)
    if (versions[i] != versions_[i]) names.push_back(tables_[i].name);
  std::vector<Table> changed;
  if (!names.empty())
    for (const pqxx::row& row : tx.exec_params(kRows, queue, pg::TextArray(names)))
      changed.push_back(ParseTable(row));
  if (changed.size() != names.size()) return read_all();  // one was removed just now
  for (const Table& table : changed) RequireKnownState(table);

  const auto left_out = LoadLeftOutColumns(tx, queue);
  for (Table& table : changed) tables_[*IndexOf(table.name)] = std::move(table);
  static const ColumnNames kNone;
  for (Table& table : tables_) {
    const auto found = left_out.find(table.name);
    const ColumnNames& columns = found == left_out.end() ? kNone : found->second;
    if (table.left_out == columns) continue;
    table.left_out = columns;
    names.push_back(table.name);
  }
  versions_ = std::move(versions);
  return names;
}

std::optional<std::size_t> TableList::IndexOf(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

const Table* TableList::Find(std::string_view name) const {
  auto at = IndexOf(name);
  if (!at) at = IndexOf(pg::WithDefaultSchema(name));
  return at ? &tables_[*at] : nullptr;
}

}  // namespace londiste::tables
