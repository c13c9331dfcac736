#include "londiste/apply/table_shape.h"

#include <cstdlib>

#include "pg/error.h"
#include "pg/result.h"

namespace londiste::apply {
namespace {

// Types without an `=` that compares values (box and circle compare areas). format_type with typmod
// -1 gives names that casts keep whole: `bpchar`, where `character` would mean character(1).
std::string ShapeQuery(const pg::QualifiedName& name) {
  return "select c.relkind = 'r', a.attname, pg_catalog.format_type(a.atttypid, -1), "
         "a.attgenerated <> '', a.attidentity = 'a', "
         "a.atttypid not in (114, 142, 600, 601, 602, 603, 604, 628, 718, 1790, 2970, 4072, 5038), "
         // bool, int8, int2, int4, text, oid, varchar, uuid and enums, not under a collation that
         // takes different texts for equal.
         "(a.atttypid in (16, 20, 21, 23, 25, 26, 1043, 2950) or exists (select 1 from "
         "pg_catalog.pg_type t where t.oid = a.atttypid and t.typtype = 'e')) and not exists "
         "(select 1 from pg_catalog.pg_collation l where l.oid = a.attcollation and not "
         "l.collisdeterministic), "
         "c.relkind not in ('r', 'p') or exists (select 1 from pg_catalog.pg_trigger g where "
         "g.tgenabled in ('R', 'A') and not g.tgisinternal and (g.tgrelid = c.oid or g.tgrelid in "
         "(select p.relid from pg_catalog.pg_partition_tree(c.oid) p))) or exists "
         "(select 1 from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.ev_enabled in "
         "('R', 'A')), c.reltuples "
         "from pg_catalog.pg_class c "
         "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
         "left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not "
         "a.attisdropped "
         "where n.nspname = " +
         pg::QuoteLiteral(name.schema) + " and c.relname = " + pg::QuoteLiteral(name.name) +
         " and c.relkind in ('r', 'p', 'v', 'f') order by a.attnum";
}

// A row for each index column, by index and name.
std::string UniqueKeysQuery(const pg::QualifiedName& name) {
  return "select i.indexrelid, a.attname from pg_catalog.pg_class c "
         "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
         "join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisunique and i.indisvalid and "
         "i.indpred is null and i.indexprs is null "
         "join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any "
         "((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]) "
         "where n.nspname = " +
         pg::QuoteLiteral(name.schema) + " and c.relname = " + pg::QuoteLiteral(name.name) +
         " order by i.indexrelid, a.attname collate \"C\"";
}

std::vector<std::vector<std::string>> LoadUniqueKeys(pg::Connection& connection,
                                                     const pg::QualifiedName& name) {
  const pg::ResultPtr rows = pg::ExecNative(connection, UniqueKeysQuery(name));
  std::vector<std::vector<std::string>> keys;
  std::string index;
  for (int row = 0; row < PQntuples(rows.get()); ++row) {
    if (keys.empty() || index != PQgetvalue(rows.get(), row, 0)) keys.emplace_back();
    index = PQgetvalue(rows.get(), row, 0);
    keys.back().emplace_back(PQgetvalue(rows.get(), row, 1));
  }
  return keys;
}

}  // namespace

const TableColumn* TableShape::Find(std::string_view column) const {
  for (const TableColumn& candidate : columns) {
    if (candidate.name == column) return &candidate;
  }
  return nullptr;
}

TableShape LoadTableShape(pg::Connection& connection, const pg::QualifiedName& name) {
  const pg::ResultPtr result = pg::ExecNative(connection, ShapeQuery(name));
  const PGresult* rows = result.get();
  if (PQntuples(rows) == 0) {
    throw pg::SqlError("relation \"" + name.ToString() + "\" does not exist",
                       "Create the table here, or remove it with remove-table.", "42P01", {}, {});
  }
  const auto is_true = [rows](int row, int column) {
    return PQgetvalue(rows, row, column)[0] == 't';
  };
  TableShape shape;
  shape.name = name;
  shape.only = is_true(0, 0);
  shape.row_by_row = is_true(0, 7);
  shape.rows = std::strtod(PQgetvalue(rows, 0, 8), nullptr);
  shape.unique_keys = LoadUniqueKeys(connection, name);
  for (int row = 0; row < PQntuples(rows); ++row) {
    if (PQgetisnull(rows, row, 1) != 0) continue;  // a table without columns
    shape.columns.push_back({PQgetvalue(rows, row, 1), PQgetvalue(rows, row, 2), is_true(row, 3),
                             is_true(row, 4), is_true(row, 5), is_true(row, 6)});
  }
  return shape;
}

}  // namespace londiste::apply
