#include "londiste/apply/table_shape.h"

#include <cstdlib>

#include "pg/series.h"

namespace londiste::apply {
namespace {

// The tables of the names that exist, each with its place in `names`, as `w.place` and `c`.
std::string FromWanted(std::span<const pg::QualifiedName> names) {
  std::string schemas, tables;
  for (const pg::QualifiedName& name : names) {
    const char* comma = schemas.empty() ? "" : ",";
    schemas += comma + pg::QuoteLiteral(name.schema);
    tables += comma + pg::QuoteLiteral(name.name);
  }
  return " from rows from (pg_catalog.unnest(array[" + schemas +
         "]::pg_catalog.name[]), pg_catalog.unnest(array[" + tables +
         "]::pg_catalog.name[])) with ordinality w (nspname, relname, place) "
         "join pg_catalog.pg_namespace n on n.nspname = w.nspname "
         "join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.relname and "
         "c.relkind in ('r', 'p', 'v', 'f') ";
}

// A row for each column. Types without an `=` that compares values (box and circle compare areas).
// format_type with typmod -1 gives names that casts keep whole: `bpchar`, where `character` would
// mean character(1).
std::string ColumnsQuery(std::span<const pg::QualifiedName> names) {
  return "with tables as materialized (select w.place, c.oid, c.relkind = 'r' as only_it, "
         "c.relkind not in ('r', 'p') "
         "or exists (select 1 from pg_catalog.pg_trigger g where g.tgrelid = c.oid and "
         "g.tgenabled in ('R', 'A')) "
         "or c.relkind = 'p' and exists (select 1 from pg_catalog.pg_partition_tree(c.oid) p join "
         "pg_catalog.pg_trigger g on g.tgrelid = p.relid where g.tgenabled in ('R', 'A')) "
         "or exists (select 1 from pg_catalog.pg_rewrite r where r.ev_class = c.oid and "
         "r.ev_enabled in ('R', 'A')) as row_by_row, c.reltuples" +
         FromWanted(names) +
         ") select t.place, t.only_it, t.row_by_row, t.reltuples, "
         "a.attname, pg_catalog.format_type(a.atttypid, -1), "
         "a.attgenerated <> '', a.attidentity = 'a', "
         "a.atttypid not in (114, 142, 600, 601, 602, 603, 604, 628, 718, 1790, 2970, 4072, 5038), "
         // bool, int8, int2, int4, text, oid, varchar, uuid and enums, not under a collation that
         // takes different texts for equal.
         "(a.atttypid in (16, 20, 21, 23, 25, 26, 1043, 2950) or exists (select 1 from "
         "pg_catalog.pg_type e where e.oid = a.atttypid and e.typtype = 'e')) and not exists "
         "(select 1 from pg_catalog.pg_collation l where l.oid = a.attcollation and not "
         "l.collisdeterministic) "
         "from tables t left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 "
         "and not a.attisdropped order by t.place, a.attnum";
}

// A row for each index column, by index and name.
std::string UniqueKeysQuery(std::span<const pg::QualifiedName> names) {
  return "select w.place, i.indexrelid, a.attname" + FromWanted(names) +
         "join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisunique and i.indisvalid and "
         "i.indpred is null and i.indexprs is null "
         "join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any "
         "((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]) "
         "order by w.place, i.indexrelid, a.attname collate \"C\"";
}

// Rows of a query on `names`, the first column of which is the place.
class Answer {
 public:
  explicit Answer(const PGresult* rows) : rows_(rows) {}
  int size() const { return PQntuples(rows_); }
  std::size_t place(int row) const { return std::strtoul(Text(row, 0), nullptr, 10) - 1; }
  const char* Text(int row, int column) const { return PQgetvalue(rows_, row, column); }
  bool IsTrue(int row, int column) const { return Text(row, column)[0] == 't'; }
  bool IsNull(int row, int column) const { return PQgetisnull(rows_, row, column) != 0; }

 private:
  const PGresult* rows_;
};

}  // namespace

const TableColumn* TableShape::Find(std::string_view column) const {
  for (const TableColumn& candidate : columns) {
    if (candidate.name == column) return &candidate;
  }
  return nullptr;
}

std::map<pg::QualifiedName, TableShape> LoadTableShapes(pg::Connection& connection,
                                                        std::span<const pg::QualifiedName> names) {
  std::map<pg::QualifiedName, TableShape> shapes;
  if (names.empty()) return shapes;
  const auto answers =
      pg::ExecSeries(connection, ColumnsQuery(names) + "; " + UniqueKeysQuery(names));
  const Answer columns(answers.at(0).get()), keys(answers.at(1).get());
  for (int row = 0; row < columns.size(); ++row) {
    const pg::QualifiedName& name = names[columns.place(row)];
    const auto [place, is_new] = shapes.try_emplace(name);
    TableShape& shape = place->second;
    if (is_new) {
      shape.name = name;
      shape.only = columns.IsTrue(row, 1);
      shape.row_by_row = columns.IsTrue(row, 2);
      shape.rows = std::strtod(columns.Text(row, 3), nullptr);
    }
    if (columns.IsNull(row, 4)) continue;  // a table without columns
    shape.columns.push_back({columns.Text(row, 4), columns.Text(row, 5), columns.IsTrue(row, 6),
                             columns.IsTrue(row, 7), columns.IsTrue(row, 8),
                             columns.IsTrue(row, 9)});
  }
  std::string index;
  for (int row = 0; row < keys.size(); ++row) {
    const auto shape = shapes.find(names[keys.place(row)]);
    if (shape == shapes.end()) continue;  // made between the two queries
    auto& unique_keys = shape->second.unique_keys;
    if (unique_keys.empty() || index != keys.Text(row, 1)) unique_keys.emplace_back();
    index = keys.Text(row, 1);
    unique_keys.back().emplace_back(keys.Text(row, 2));
  }
  return shapes;
}

}  // namespace londiste::apply
