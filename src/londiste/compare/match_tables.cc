#include "londiste/compare/match_tables.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "base/error.h"

namespace londiste::compare {
namespace {

struct Column {
  std::string name, type;  // format_type, with its modifier
  bool builtin = false;    // the type is the server's own, and no domain
  bool integer = false;
  bool generated = false;
};

// An attribute that a key is made of has a number from 1 on in key_place.
constexpr const char* kColumns = R"(
with wanted as (
    select c.oid, c.relkind from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'f')),
key as (
    select i.indkey::int2[] as columns, i.indnkeyatts
    from wanted w join pg_catalog.pg_index i on i.indrelid = w.oid
    where i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
        and not exists (
            select 1 from pg_catalog.pg_attribute a
            where a.attrelid = w.oid and not a.attnotnull and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
    order by not i.indisprimary, i.indnkeyatts, i.indexrelid
    limit 1)
select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       n.nspname = 'pg_catalog' and y.typtype = 'b' as builtin,
       a.atttypid in (20, 21, 23) as integer, a.attgenerated <> '' as generated, w.relkind = 'r' as only,
       coalesce(pg_catalog.array_position((k.columns)[0:k.indnkeyatts - 1], a.attnum), -1) as key_place
from wanted w
join pg_catalog.pg_attribute a on a.attrelid = w.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type y on y.oid = a.atttypid
join pg_catalog.pg_namespace n on n.oid = y.typnamespace
left join key k on true
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

Columns ReadColumns(const TableOfNode& of) {
  Columns read;
  const pqxx::result rows = of.tx.exec_params(kColumns, of.table.schema, of.table.name);
  if (rows.empty())
    throw base::Error("table \"" + of.table.ToString() + "\" does not exist on node " + of.node);
  for (const pqxx::row& row : rows) {
    read.columns.push_back({row["attname"].as<std::string>(), row["type"].as<std::string>(),
                            row["builtin"].as<bool>(), row["integer"].as<bool>(),
                            row["generated"].as<bool>()});
    read.only = row["only"].as<bool>();
    const int place = row["key_place"].as<int>();
    if (place >= 0) read.key[place] = read.columns.back().name;
  }
  return read;
}

std::string Of(const std::string& column) { return "t." + pg::QuoteIdent(column); }

// As it is once it was applied below.
std::string AsBelow(const Column& above, const Column& below) {
  if (above.type == below.type || !below.builtin) return Of(above.name);
  return "((" + Of(above.name) + ")::text)::" + below.type;
}

}  // namespace

Comparison MatchTables(const std::string& table, const TableOfNode& above, const TableOfNode& below,
                       const TargetColumn& target_column) {
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
  std::set<std::string> integers_above;
  for (const Column& column : there.columns) {
    const auto name = target_column ? target_column(column.name) : std::optional(column.name);
    if (!name) continue;
    const Column* same = here.Find(*name);
    if (same == nullptr) {
      matched.only_above.push_back(column.name);
      continue;
    }
    expression_above[*name] = AsBelow(column, *same);
    column_above[*name] = &column;
    if (column.integer) integers_above.insert(*name);
    matched.columns.push_back(*name);
    matched.generated.push_back(same->generated);
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
    matched.above.key_columns.push_back({column_above[name]->name, column_above[name]->type});
    matched.below.key_columns.push_back({name, here.Find(name)->type});
  }
  matched.integer_key = matched.key.size() == 1 && here.Find(matched.key.front())->integer &&
                        integers_above.contains(matched.key.front());
  matched.as_utf8 = above.encoding != below.encoding;
  return matched;
}

}  // namespace londiste::compare
