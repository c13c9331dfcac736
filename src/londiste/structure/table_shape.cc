#include "londiste/structure/table_shape.h"

#include <cstdlib>

#include "pg/series.h"

namespace londiste::structure {
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

// A row for each column. Catalogues are entered by their indexes, table by table: the planner
// thinks that the tables are few, and joins of a thousand with theirs would be nested loops.
std::string ColumnsQuery(std::span<const pg::QualifiedName> names) {
  return "with recursive tables as materialized (select w.place, c.oid, c.relkind, c.reltuples" +
         FromWanted(names) +
         R"sql(),
-- what a domain is of
bases (typid, base) as (
    select distinct a.atttypid, a.atttypid
    from tables t
    join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    union all
    select b.typid, y.typbasetype from bases b join pg_catalog.pg_type y on y.oid = b.base and y.typtype = 'd'),
types as materialized (
    select b.typid, y.oid as base, y.typtype,
           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(named.typname) as name, o.opclass,
           named.typarray <> 0 and named.typdelim = ',' as has_array
    from bases b
    join pg_catalog.pg_type y on y.oid = b.base and y.typtype <> 'd'
    join pg_catalog.pg_type named on named.oid = b.typid
    join pg_catalog.pg_namespace n on n.oid = named.typnamespace
    left join lateral (
        select c.oid as opclass
        from pg_catalog.pg_opclass c
        where c.opcdefault and c.opcmethod in (403, 405)    -- btree, hash
            and (c.opcintype = y.oid
                or c.opcintype = case when y.typcategory = 'A' then 2277 when y.typtype = 'e' then 3500
                                      when y.typtype = 'c' then 2249 when y.typtype = 'r' then 3831
                                      when y.typtype = 'm' then 4537 end
                or exists (select 1 from pg_catalog.pg_cast k where k.castsource = y.oid and k.casttarget = c.opcintype
                               and k.castmethod = 'b' and k.castcontext = 'i'))
        order by c.opcintype <> y.oid, c.opcmethod, c.opcintype
        limit 1) o on true)
select t.place, t.relkind = 'r',
       t.relkind not in ('r', 'p') or g.deferrable is not null
           or exists (select 1 from pg_catalog.pg_rewrite r where r.ev_class = t.oid and r.ev_enabled in ('R', 'A')),
       coalesce(g.deferrable, false), t.reltuples, t.relkind in ('r', 'p'),
       a.attname, y.name, a.attgenerated <> '', a.attidentity = 'a',
       'operator(' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ')' as equals,
       e.exact,
       e.exact and a.deterministic
           -- bool, int8, int2, int4, text, oid, varchar, uuid and enums
           and (a.atttypid in (16, 20, 21, 23, 25, 26, 1043, 2950) or y.typtype = 'e' and y.base = y.typid),
       y.has_array
from tables t
-- triggers that fire in role replica
cross join lateral (
    select pg_catalog.bool_or(g.tgdeferrable) as deferrable
    from (
        select t.oid as relid
        union all
        select p.relid from pg_catalog.pg_partition_tree(t.oid) p where t.relkind = 'p' and p.relid <> t.oid) r
    join pg_catalog.pg_trigger g on g.tgrelid = r.relid and g.tgenabled in ('R', 'A')) g
left join lateral (
    select a.attrelid, a.attnum, a.attname, a.atttypid, a.attgenerated, a.attidentity,
           coalesce((select l.collisdeterministic from pg_catalog.pg_collation l where l.oid = a.attcollation), true) as deterministic
    from pg_catalog.pg_attribute a
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped) a on true
left join types y on y.typid = a.atttypid
left join lateral (
    select i.indclass[k.at] as opclass
    from pg_catalog.pg_index i
    join lateral pg_catalog.generate_series(0, i.indnkeyatts - 1) k (at) on i.indkey[k.at] = a.attnum
    where i.indrelid = a.attrelid and i.indisunique and i.indisvalid
    order by not i.indisprimary, i.indexrelid
    limit 1) k on true
left join pg_catalog.pg_opclass c on c.oid = coalesce(k.opclass, y.opclass)
left join pg_catalog.pg_amop p on p.amopfamily = c.opcfamily and p.amoplefttype = c.opcintype and p.amoprighttype = c.opcintype
    and p.amopmethod = c.opcmethod and p.amopstrategy = case c.opcmethod when 403 then 3 when 405 then 1 end
left join pg_catalog.pg_operator o on o.oid = p.amopopr
left join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
-- The index method knows it: such values may be stored once for many rows. Not of char without a length, which is equal with more blanks.
cross join lateral (
    select o.oid is null
        or y.base <> 1042
           and exists (select 1 from pg_catalog.pg_amproc f where f.amprocfamily = c.opcfamily and f.amproclefttype = c.opcintype
                           and f.amprocrighttype = c.opcintype and f.amprocnum = 4 and c.opcmethod = 403
                           and (a.deterministic or f.amproc <> 'pg_catalog.btvarstrequalimage'::pg_catalog.regproc)) as exact) e
order by t.place, a.attnum)sql";
}

// A row for each index column, by index and name.
std::string IndexesQuery(std::span<const pg::QualifiedName> names) {
  return "select w.place, i.indexrelid, a.attname, i.indisunique and i.indexprs is null, "
         "i.indkey[0] = a.attnum" +
         FromWanted(names) +
         "join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisvalid and i.indpred is null "
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
  const auto answers = pg::ExecSeries(connection, ColumnsQuery(names) + "; " + IndexesQuery(names));
  const Answer columns(answers.at(0).get()), indexes(answers.at(1).get());
  for (int row = 0; row < columns.size(); ++row) {
    const pg::QualifiedName& name = names[columns.place(row)];
    const auto [place, is_new] = shapes.try_emplace(name);
    TableShape& shape = place->second;
    if (is_new) {
      shape.name = name;
      shape.only = columns.IsTrue(row, 1);
      shape.row_by_row = columns.IsTrue(row, 2);
      shape.deferrable = columns.IsTrue(row, 3);
      shape.rows = std::strtod(columns.Text(row, 4), nullptr);
      shape.is_table = columns.IsTrue(row, 5);
    }
    if (columns.IsNull(row, 6)) continue;  // a table without columns
    shape.columns.push_back({columns.Text(row, 6), columns.Text(row, 7), columns.IsTrue(row, 8),
                             columns.IsTrue(row, 9), columns.Text(row, 10), columns.IsTrue(row, 11),
                             columns.IsTrue(row, 12), columns.IsTrue(row, 13)});
  }
  std::string index;
  for (int row = 0; row < indexes.size(); ++row) {
    const auto place = shapes.find(names[indexes.place(row)]);
    if (place == shapes.end()) continue;  // made between the two queries
    TableShape& shape = place->second;
    if (indexes.IsTrue(row, 4)) shape.index_leads.insert(indexes.Text(row, 2));
    if (!indexes.IsTrue(row, 3)) continue;
    if (shape.unique_keys.empty() || index != indexes.Text(row, 1))
      shape.unique_keys.emplace_back();
    index = indexes.Text(row, 1);
    shape.unique_keys.back().emplace_back(indexes.Text(row, 2));
  }
  return shapes;
}

}  // namespace londiste::structure
