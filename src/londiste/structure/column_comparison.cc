#include "londiste/structure/column_comparison.h"

#include <algorithm>

#include "pg/quote.h"
#include "pg/text_array.h"

namespace londiste::structure {
namespace {

const Column* Find(const std::vector<Column>& columns, const std::string& name) {
  auto found = std::find_if(columns.begin(), columns.end(),
                            [&](const Column& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::string Key(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.in_key) names.push_back(column.name);
  }
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return "(" + out + ")";
}

}  // namespace

std::vector<std::vector<Column>> LoadColumns(pg::Connection& connection,
                                             const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(pg::QuoteFqIdent(name));
  std::vector<std::vector<Column>> columns(names.size());
  pqxx::work tx(connection);
  // format_type leaves out a schema that is on the path: only an empty path gives names that two
  // sessions can compare.
  tx.exec("set local search_path = ''");
  for (const pqxx::row& row : tx.exec_params(
           "select u.nr - 1, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), "
           "a.attnotnull,"
           " a.atthasdef or a.attidentity <> '', a.attgenerated <> '', coalesce(a.attnum = any "
           "(k.indkey), false), a.attgenerated = 'v'"
           " from unnest($1::text[]) with ordinality as u(name, nr)"
           " join pg_catalog.pg_attribute a on a.attrelid = pg_catalog.to_regclass(u.name)"
           " left join pg_catalog.pg_index k on k.indrelid = a.attrelid and k.indisprimary"
           " where a.attnum > 0 and not a.attisdropped order by u.nr, a.attnum",
           pg::TextArray(quoted))) {
    columns[row[0].as<std::size_t>()].push_back({row[1].c_str(), row[2].c_str(), row[3].as<bool>(),
                                                 row[4].as<bool>(), row[5].as<bool>(),
                                                 row[6].as<bool>(), row[7].as<bool>()});
  }
  return columns;
}

std::vector<std::string> CompareColumns(const std::string& table,
                                        const std::vector<Column>& provider,
                                        const std::vector<Column>& subscriber) {
  std::vector<std::string> differences;
  auto note = [&](const std::string& text) {
    differences.push_back("table \"" + table + "\": " + text);
  };
  for (const Column& column : provider) {
    const Column* here = Find(subscriber, column.name);
    if (here == nullptr) {
      if (!column.is_virtual)
        note("column \"" + column.name +
             "\" does not exist on this node, its values are not replicated");
    } else if (column.is_virtual && !here->generated) {
      note("column \"" + column.name +
           "\" is a virtual generated column on the provider, its values are not replicated");
    } else if (here->type != column.type) {
      note("column \"" + column.name + "\" is " + column.type + " on the provider and " +
           here->type + " on this node");
    }
  }
  for (const Column& column : subscriber) {
    if (Find(provider, column.name) != nullptr || column.generated) continue;
    std::string text = "column \"" + column.name + "\" exists only on this node";
    if (column.not_null && !column.has_default)
      text += "; it is NOT NULL without a default, so new rows cannot be stored";
    note(text);
  }
  // Without one the provider tells its rows apart by a unique index.
  if (const std::string none = Key({}); Key(provider) != none && Key(provider) != Key(subscriber)) {
    note("the primary key is " + Key(provider) + " on the provider and " + Key(subscriber) +
         " on this node");
  }
  return differences;
}

}  // namespace londiste::structure
