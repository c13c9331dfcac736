#include "londiste/tables/table_list.h"

#include "pgq/urlencode.h"

namespace londiste::tables {
namespace {

std::optional<std::string> Text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

Table ParseTable(const pqxx::row& row) {
  Table table;
  table.name = row["table_name"].as<std::string>();
  table.local = row["local"].as<bool>();
  table.state = MergeState::Parse(Text(row["merge_state"]));
  if (const auto snapshot = Text(row["custom_snapshot"]))
    table.custom_snapshot = pgq::Snapshot::Parse(*snapshot);
  if (const auto attrs = Text(row["table_attrs"]))
    for (pgq::Field& field : pgq::DecodeRow(*attrs))
      table.attrs.insert_or_assign(std::move(field.name), std::move(field.value));
  table.dropped_ddl = Text(row["dropped_ddl"]);
  table.copy_role = Text(row["copy_role"]);
  if (!row["copy_pos"].is_null()) table.copy_pos = row["copy_pos"].as<int>();
  table.dest = pg::QualifiedName::Parse(Text(row["dest_table"]).value_or(table.name));
  return table;
}

}  // namespace

void TableDirectory::Load(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Table> tables;
  for (const pqxx::row& row : tx.exec_params("select * from londiste.get_table_list($1)", queue))
    tables.push_back(ParseTable(row));
  auto left_out = LoadLeftOutColumns(tx, queue);
  for (Table& table : tables) table.left_out = std::move(left_out[table.name]);
  tables_ = std::move(tables);
  by_name_.clear();
  for (std::size_t i = 0; i < tables_.size(); ++i) by_name_.emplace(tables_[i].name, i);
}

const Table* TableDirectory::Find(std::string_view name) const {
  auto found = by_name_.find(name);
  if (found == by_name_.end() && name.find('.') == std::string_view::npos)
    found = by_name_.find("public." + std::string(name));
  return found == by_name_.end() ? nullptr : &tables_[found->second];
}

}  // namespace londiste::tables
