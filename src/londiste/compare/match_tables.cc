#include "londiste/compare/match_tables.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/error.h"
#include "londiste/compare/column_type.h"

namespace londiste::compare {
namespace {

struct Column {
  std::string name;
  ColumnType type;
  bool generated = false;
  bool is_virtual = false;  // generated whenever it is read
  bool identity_always = false;
  std::string equals;  // the operator of the key's index; "": not in the key
};

// An attribute that a key is made of has a number from 1 on in key_place.
constexpr const char* kColumns = R"(
with recursive wanted as (
    select c.oid, c.relkind from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'f')),
key as (
    select i.indkey::int2[] as columns, i.indclass::oid[] as classes, i.indnkeyatts
    from wanted w join pg_catalog.pg_index i on i.indrelid = w.oid
    where i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
        and not exists (
            select 1 from pg_catalog.pg_attribute a
            where a.attrelid = w.oid and not a.attnotnull and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
    order by not i.indisprimary, i.indnkeyatts, i.indexrelid
    limit 1),
typed as (
    select a.attnum, a.atttypid as oid, a.atttypmod as modifier
    from wanted w join pg_catalog.pg_attribute a on a.attrelid = w.oid and a.attnum > 0 and not a.attisdropped
    union all
    select t.attnum, y.typbasetype, y.typtypmod
    from typed t join pg_catalog.pg_type y on y.oid = t.oid and y.typtype = 'd')
select a.attname, a.attgenerated <> '' as generated, a.attgenerated = 'v' as is_virtual, a.attidentity = 'a' as identity_always, w.relkind = 'r' as only,
       pg_catalog.format_type(y.oid, t.modifier) as full, pg_catalog.format_type(y.oid, -1) as plain, y.typname, coalesce(e.typname, y.typname) as element_name,
       t.modifier, y.typtype, y.typcategory, y.typcategory = 'A' and y.typelem <> 0 as array,
       y.oid < 16384 and y.typnamespace = 'pg_catalog'::regnamespace as builtin, y.oid in (20, 21, 23) as integer,
       coalesce(p.place, -1) as key_place, 'operator(' || pg_catalog.quote_ident(o.schema) || '.' || o.oprname || ')' as equals
from wanted w
join pg_catalog.pg_attribute a on a.attrelid = w.oid
join typed t on t.attnum = a.attnum
join pg_catalog.pg_type y on y.oid = t.oid and y.typtype <> 'd'
left join pg_catalog.pg_type e on y.typcategory = 'A' and e.oid = y.typelem
left join key k on true
left join lateral (select pg_catalog.array_position((k.columns)[0:k.indnkeyatts - 1], a.attnum) as place) p on true
left join lateral (
    select n.nspname as schema, r.oprname
    from pg_catalog.pg_opclass c
    join pg_catalog.pg_amop m on m.amopfamily = c.opcfamily and m.amoplefttype = c.opcintype and m.amoprighttype = c.opcintype
        and m.amopmethod = c.opcmethod and m.amopstrategy = case c.opcmethod when 403 then 3 end
    join pg_catalog.pg_operator r on r.oid = m.amopopr
    join pg_catalog.pg_namespace n on n.oid = r.oprnamespace
    where c.oid = (k.classes)[p.place - 1]) o on true
order by a.attnum)";

struct Columns {
  std::vector<Column> columns;
  std::map<int, std::string> key;
  bool only = true;

  const Column* Find(const std::string& name) const {
    const auto found = std::ranges::find(columns, name, &Column::name);
    return found == columns.end() ? nullptr : &*found;
  }
};

ColumnType ReadType(const pqxx::row& row) {
  return {.full = row["full"].as<std::string>(),
          .plain = row["plain"].as<std::string>(),
          .name = row["typname"].as<std::string>(),
          .element_name = row["element_name"].as<std::string>(),
          .modifier = row["modifier"].as<int>(),
          .kind = *row["typtype"].c_str(),
          .category = *row["typcategory"].c_str(),
          .array = row["array"].as<bool>(),
          .builtin = row["builtin"].as<bool>(),
          .integer = row["integer"].as<bool>()};
}

Columns ReadColumns(const TableOfNode& of) {
  Columns read;
  const pqxx::result rows = of.tx.exec_params(kColumns, of.table.schema, of.table.name);
  if (rows.empty())
    throw base::Error("table \"" + of.table.ToString() + "\" does not exist on node " + of.node);
  for (const pqxx::row& row : rows) {
    read.columns.push_back({row["attname"].as<std::string>(), ReadType(row),
                            row["generated"].as<bool>(), row["is_virtual"].as<bool>(),
                            row["identity_always"].as<bool>(), row["equals"].as<std::string>("")});
    read.only = row["only"].as<bool>();
    const int place = row["key_place"].as<int>();
    if (place >= 0) read.key[place] = read.columns.back().name;
  }
  return read;
}

std::string Of(const std::string& column) { return "t." + pg::QuoteIdent(column); }

// A base type of an extension.
bool IsBaseType(pqxx::transaction_base& tx, const std::string& type) {
  return !tx.exec_params(
                "select 1 from pg_catalog.pg_type y where y.oid = pg_catalog.to_regtype($1) and "
                "y.typtype = 'b' and y.typcategory <> 'A'",
                type)
              .empty();
}

// As it is once it was applied below.
std::string ExpressionAbove(const std::string& value, const Column& there, const Column& here,
                            const TableOfNode& above) {
  try {
    return AsBelow(value, there.type, here.type,
                   [&](const std::string& type) { return IsBaseType(above.tx, type); });
  } catch (const base::Error& error) {
    throw base::Error("column " + pg::QuoteIdent(here.name) + " is " + error.what());
  }
}

constexpr const char* kEquals = "operator(pg_catalog.=)";

ComparedSide::KeyColumn KeyColumnOf(const Column& column) {
  return {Of(column.name), column.type.plain, column.equals.empty() ? kEquals : column.equals,
          true};
}

// By what an index finds the row, where the column has one.
ComparedSide::KeyColumn KeyAbove(const Column& there, const Column& here,
                                 const std::string& expression) {
  if (there.type.plain == here.type.plain) return KeyColumnOf(there);
  if (there.type.integer && here.type.integer) return {Of(there.name), "int8", kEquals, true};
  return {OutputText(expression), "text", kEquals, false};
}

}  // namespace

Comparison MatchTables(const std::string& table, const TableOfNode& above, const TableOfNode& below,
                       const ColumnMatching& matching) {
  const Columns there = ReadColumns(above), here = ReadColumns(below);
  Comparison matched{.table = table,
                     .above = {above.table, there.only, {}, {}, {}, above.condition, {}},
                     .below = {below.table, here.only, {}, {}, {}, below.condition, {}},
                     .key = {},
                     .columns = {},
                     .generated = {},
                     .only_above = {},
                     .only_below = {}};
  std::map<std::string, std::string> expression_above;  // by the name below
  std::map<std::string, const Column*> column_above;
  for (const Column& column : there.columns) {
    const auto name = matching.target ? matching.target(column.name) : std::optional(column.name);
    if (!name) continue;
    const Column* same = here.Find(*name);
    // A virtual column's values do not travel.
    if (column.is_virtual && (same == nullptr || !same->generated)) continue;
    if (same == nullptr) {
      matched.only_above.push_back(column.name);
      continue;
    }
    const std::string read = "u.c" + std::to_string(matched.rewrites.size());
    if (matching.rewrite) {
      expression_above[*name] = Of(column.name);
      matched.rewrites.push_back(
          {matching.rewrite(column.name), column.type == same->type
                                              ? FromText(read, same->type)
                                              : ExpressionAbove(read, column, *same, above)});
    } else {
      expression_above[*name] = ExpressionAbove(Of(column.name), column, *same, above);
    }
    column_above[*name] = &column;
    matched.columns.push_back(*name);
    matched.generated.push_back(same->generated);
    matched.unchangeable.push_back(same->identity_always);
    matched.above.columns.push_back(column.name);
    matched.below.columns.push_back(*name);
    matched.above.values.push_back(expression_above[*name]);
    matched.below.values.push_back(Of(*name));
  }
  for (const Column& column : here.columns)
    if (!column.generated && !expression_above.contains(column.name))
      matched.only_below.push_back(column.name);
  if (matched.columns.empty())
    throw base::Error("table \"" + below.table.ToString() + "\" of node " + below.node +
                      " has no column in common with \"" + above.table.ToString() + "\" of node " +
                      above.node);
  for (const auto& [place, name] : here.key) matched.key.push_back(name);
  matched.duplicates =
      matched.key.empty() || !std::ranges::all_of(matched.key, [&](const std::string& name) {
        return expression_above.contains(name);
      });
  if (matched.duplicates) matched.key = matched.columns;
  for (const std::string& name : matched.key) {
    matched.above.key.push_back(expression_above[name]);
    matched.below.key.push_back(Of(name));
    const Column& key_below = *here.Find(name);
    matched.above.key_columns.push_back(
        KeyAbove(*column_above[name], key_below, expression_above[name]));
    matched.below.key_columns.push_back(KeyColumnOf(key_below));
  }
  matched.integer_key = matched.key.size() == 1 && here.Find(matched.key.front())->type.integer &&
                        column_above[matched.key.front()]->type.integer;
  // Rewritten rows are hashed by the server below.
  matched.as_utf8 = !matching.rewrite && above.encoding != below.encoding;
  return matched;
}

}  // namespace londiste::compare
