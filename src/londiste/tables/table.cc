#include "londiste/tables/table.h"

#include <algorithm>
#include <cstdlib>

namespace londiste::tables {
namespace {

constexpr int kDefaultMaxParallelCopy = 8;

// nullopt also where the row has no such column: schemas may be older, or those of SkyTools.
std::optional<std::string> Text(const pqxx::row& row, const char* column) {
  for (pqxx::row::size_type at = 0; at < row.size(); ++at) {
    if (std::string_view(row[at].name()) != column) continue;
    if (row[at].is_null()) return std::nullopt;
    return row[at].as<std::string>();
  }
  return std::nullopt;
}

}  // namespace

bool Table::skip_truncate() const {
  const std::string value = attributes.Value("skip_truncate");
  return !value.empty() && value != "0";
}

int Table::max_parallel_copy() const {
  const int wanted = std::atoi(attributes.Value("max_parallel_copy").c_str());
  return wanted > 0 ? wanted : kDefaultMaxParallelCopy;
}

std::string Table::copy_node() const { return attributes.Value("copy_node"); }

std::string Table::handler_text() const {
  const std::string text = attributes.Value("handler");
  return text.empty() ? attributes.Value("handlers") : text;  // the older key
}

Table ParseTable(const pqxx::row& row) {
  Table table;
  table.name = Text(row, "table_name").value_or("");
  table.local = Text(row, "local").value_or("f") == "t";
  table.state = MergeState::Parse(Text(row, "merge_state"));
  if (const auto snapshot = Text(row, "custom_snapshot"))
    table.custom_snapshot = pgq::Snapshot::Parse(*snapshot);
  if (const auto attributes = Text(row, "table_attrs"))
    table.attributes = TableAttributes::Parse(*attributes);
  table.dropped_ddl = Text(row, "dropped_ddl");
  table.dest = pg::QualifiedName::Parse(Text(row, "dest_table").value_or(table.name));
  return table;
}

std::vector<Table> ReadTables(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Table> tables;
  for (const pqxx::row& row : tx.exec_params("select * from londiste.get_table_list($1)", queue))
    tables.push_back(ParseTable(row));
  return tables;
}

std::optional<Table> ReadTable(pqxx::transaction_base& tx, const std::string& queue,
                               const std::string& name) {
  // The function would read all of them.
  const pqxx::result rows = tx.exec_params(
      "select * from londiste.table_info where queue_name = $1 and table_name = $2", queue, name);
  if (rows.empty()) return std::nullopt;
  return ParseTable(rows[0]);
}

std::vector<Table> ReadTablesForApply(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Table> tables = ReadTables(tx, queue);
  auto left_out = LoadLeftOutColumns(tx, queue);
  for (Table& table : tables) table.left_out = std::move(left_out[table.name]);
  return tables;
}

const Table* FindTable(const std::vector<Table>& tables, const std::string& name) {
  const auto found = std::ranges::find(tables, name, &Table::name);
  return found == tables.end() ? nullptr : &*found;
}

std::vector<std::string> LocalNames(const std::vector<Table>& tables) {
  std::vector<std::string> names;
  for (const Table& table : tables)
    if (table.local) names.push_back(table.name);
  return names;
}

}  // namespace londiste::tables
