#include "londiste/compare/custom_query.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/text_template.h"
#include "pg/quote.h"

namespace londiste::compare {
namespace {

// Python's %(name)d is a value of ours like any other.
std::string WithoutNumbers(std::string format) {
  for (std::size_t at = 0; (at = format.find('%', at)) != std::string::npos; ++at) {
    if (format.compare(at, 2, "%(") != 0) {
      ++at;  // over %%, too
      continue;
    }
    const std::size_t end = format.find(')', at);
    if (end != std::string::npos && end + 1 < format.size() &&
        (format[end + 1] == 'd' || format[end + 1] == 'i'))
      format[end + 1] = 's';
  }
  return format;
}

}  // namespace

// In one go: a column may be called _TABLE_.
std::string CustomSql(const CustomQuery& query, const ComparedSide& side) {
  std::string columns;
  for (const std::string& column : side.columns)
    columns += (columns.empty() ? "(" : ",") + pg::QuoteIdent(column);
  const std::map<std::string, std::string> places = {{"_COLS_", columns + ")"},
                                                     {"_TABLE_", side.table.Quoted()}};
  std::string sql;
  for (std::size_t at = 0; at < query.sql.size();) {
    const auto place = std::ranges::find_if(places, [&](const auto& candidate) {
      return query.sql.compare(at, candidate.first.size(), candidate.first) == 0;
    });
    sql += place == places.end() ? query.sql.substr(at, 1) : place->second;
    at += place == places.end() ? 1 : place->first.size();
  }
  return side.condition.empty() ? sql : sql + " where " + side.condition;
}

std::string OwnSettings(pqxx::transaction_base& tx) {
  return tx
      .exec1(
          "select coalesce(string_agg(format('set local %I = %L', lower(name), reset_val), '; '), "
          "'') from pg_catalog.pg_settings where lower(name) in ('timezone', 'intervalstyle', "
          "'extra_float_digits', 'bytea_output')")[0]
      .as<std::string>();
}

std::string CustomAnswer(const std::string& format,
                         const std::map<std::string, std::string>& values) {
  return base::FillTemplate(WithoutNumbers(format), values);
}

std::string AskCustom(pqxx::transaction_base& tx, const CustomQuery& query,
                      const ComparedSide& side, const std::string& settings) {
  tx.exec0(settings);
  const pqxx::result rows = tx.exec(CustomSql(query, side));
  if (rows.size() != 1)
    throw base::Error(
        "compare_sql returned " + std::to_string(rows.size()) + " rows instead of one",
        "It has to count, or add up, the rows of _TABLE_.");
  std::map<std::string, std::string> values;
  for (const pqxx::field field : rows[0])
    values[field.name()] = field.is_null() ? "None" : field.c_str();
  return CustomAnswer(query.format, values);
}

}  // namespace londiste::compare
