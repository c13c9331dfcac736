#include "londiste/structure/table_description.h"

#include "embedded_sql/queries.h"
#include "pg/text_array.h"

namespace londiste::structure {
namespace {

// A row for each field of each part.
const std::string& FieldsQuery() {
  static const std::string query =
      "select d.kind, d.name, d.key, d.nr, f.key, "
      "case when pg_catalog.jsonb_typeof(f.value) <> 'array' then f.value #>> '{}' end, "
      "case when pg_catalog.jsonb_typeof(f.value) = 'array' then "
      "array(select e.item from pg_catalog.jsonb_array_elements_text(f.value) e (item)) end "
      "from (select q.*, pg_catalog.row_number() over () from (" +
      embedded_sql::describe_table() +
      ") q) d (kind, name, key, def, nr) "
      "left join lateral pg_catalog.jsonb_each(d.def) f on true order by d.nr, f.key";
  return query;
}

TableDescription Describe(pqxx::transaction_base& tx, const std::string& oid) {
  TableDescription table;
  std::string last;
  // To plan it takes longer than to run it.
  tx.conn().prepare("describe_table", FieldsQuery());
  for (const pqxx::row& row : tx.exec_prepared("describe_table", oid)) {
    if (last != row[3].c_str()) {
      last = row[3].c_str();
      table.parts.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), {}, {}});
    }
    if (row[4].is_null()) continue;
    TablePart& part = table.parts.back();
    if (row[5].is_null())
      part.lists[row[4].c_str()] = pg::ParseTextArray(row[6].c_str());
    else
      part.texts[row[4].c_str()] = row[5].c_str();
  }
  if (!table.parts.empty()) table.name = {table.table().Text("schema"), table.table().Text("name")};
  return table;
}

// With its partitions, if it has any, behind it.
void Collect(pqxx::transaction_base& tx, const std::string& oid,
             std::vector<TableDescription>& tables) {
  tables.push_back(Describe(tx, oid));
  if (tables.back().parts.empty()) {  // gone meanwhile
    tables.pop_back();
    return;
  }
  const std::size_t parent = tables.size() - 1;
  std::vector<std::string> partitions;
  for (const TablePart* partition : tables[parent].Of("partition"))
    partitions.push_back(partition->key);
  for (const std::string& partition : partitions) Collect(tx, partition, tables);
}

std::optional<std::string> OidOf(pqxx::transaction_base& tx, const pg::QualifiedName& name) {
  const pqxx::row row =
      tx.exec_params1("select pg_catalog.to_regclass($1)::pg_catalog.oid", name.Quoted());
  if (row[0].is_null()) return std::nullopt;
  return row[0].c_str();
}

}  // namespace

const std::string& TablePart::Text(std::string_view field) const {
  static const std::string none;
  const auto found = texts.find(field);
  return found == texts.end() ? none : found->second;
}

const std::vector<std::string>& TablePart::List(std::string_view field) const {
  static const std::vector<std::string> none;
  const auto found = lists.find(field);
  return found == lists.end() ? none : found->second;
}

std::vector<const TablePart*> TableDescription::Of(std::string_view kind) const {
  std::vector<const TablePart*> found;
  for (const TablePart& part : parts)
    if (part.kind == kind) found.push_back(&part);
  return found;
}

std::optional<TableDescription> DescribeTable(pqxx::transaction_base& tx,
                                              const pg::QualifiedName& name) {
  const auto oid = OidOf(tx, name);
  if (!oid) return std::nullopt;
  TableDescription table = Describe(tx, *oid);
  if (table.parts.empty()) return std::nullopt;
  return table;
}

std::vector<TableDescription> DescribeWithPartitions(pqxx::transaction_base& tx,
                                                     const pg::QualifiedName& name) {
  std::vector<TableDescription> tables;
  if (const auto oid = OidOf(tx, name)) Collect(tx, *oid, tables);
  return tables;
}

}  // namespace londiste::structure
