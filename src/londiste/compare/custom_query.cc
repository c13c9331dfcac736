#include "londiste/compare/custom_query.h"

#include <map>

#include "base/error.h"
#include "base/text_template.h"
#include "pg/quote.h"

namespace londiste::compare {
namespace {

std::string ReplaceAll(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

// Python's %(name)d is a value of ours like any other.
std::string WithoutNumbers(std::string format) {
  for (std::size_t at = 0; (at = format.find("%(", at)) != std::string::npos; ++at) {
    const std::size_t end = format.find(')', at);
    if (end != std::string::npos && end + 1 < format.size() &&
        (format[end + 1] == 'd' || format[end + 1] == 'i'))
      format[end + 1] = 's';
  }
  return format;
}

}  // namespace

std::string CustomSql(const CustomQuery& query, const ComparedSide& side) {
  std::string columns;
  for (const std::string& column : side.columns)
    columns += (columns.empty() ? "" : ",") + pg::QuoteIdent(column);
  const std::string sql = ReplaceAll(ReplaceAll(query.sql, "_COLS_", "(" + columns + ")"),
                                     "_TABLE_", side.table.Quoted());
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
  return base::FillTemplate(WithoutNumbers(query.format), values);
}

}  // namespace londiste::compare
