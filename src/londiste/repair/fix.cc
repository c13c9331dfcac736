#include "londiste/repair/fix.h"

#include "pg/quote.h"

namespace londiste::repair {
namespace {

using compare::Comparison;

std::string Target(const Comparison& comparison) {
  return (comparison.below.only ? "only " : "") + comparison.below.table.Quoted();
}

// Compared as text, as it was read, byte by byte: not every type has an operator, and values that
// count as equal may differ.
std::string Was(const std::string& column, const std::optional<std::string>& value) {
  const std::string name = pg::QuoteIdent(column);
  return value ? "format('%s', " + name + ") collate \"C\" = " + pg::QuoteLiteral(*value)
               : name + " is null";
}

// The key by the operator of its index, wherever that lives, so that the index serves. Of its type:
// with a plain literal an implicit cast of a user's could be meant.
std::string KeyIs(const Comparison& comparison, const Values& values) {
  const Values key = KeyOf(comparison, values);
  std::string condition;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto& column = comparison.below.key_columns[i];
    condition += (condition.empty() ? "" : " and ") + pg::QuoteIdent(comparison.key[i]) + " " +
                 column.equals + " " + pg::QuoteNullable(key[i]) + "::" + column.type;
  }
  return condition;
}

std::vector<std::string> UpdateSql(const Comparison& comparison, const RowPair& row) {
  std::string set, where = KeyIs(comparison, *row.below);
  bool changeable = true;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const auto& now = (*row.below)[i];
    const auto& wanted = (*row.above)[i];
    if (now == wanted || comparison.generated[i]) continue;
    changeable = changeable && !comparison.unchangeable[i];
    set += (set.empty() ? "" : ", ") + pg::QuoteIdent(comparison.columns[i]) + " = " +
           pg::QuoteNullable(wanted);
    where += " and " + Was(comparison.columns[i], now);
  }
  if (set.empty()) return {};
  if (!changeable)
    return {"delete from " + Target(comparison) + " where " + where, InsertSql(comparison, row)};
  return {"update " + Target(comparison) + " set " + set + " where " + where};
}

}  // namespace

std::string InsertSql(const Comparison& comparison, const RowPair& row) {
  std::string columns, values;
  const auto add = [&](const std::string& column, const std::optional<std::string>& value) {
    columns += (columns.empty() ? "" : ", ") + pg::QuoteIdent(column);
    values += (values.empty() ? "" : ", ") + pg::QuoteNullable(value);
  };
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    if (!comparison.generated[i]) add(comparison.columns[i], (*row.above)[i]);
  for (std::size_t i = 0; i < row.own.size(); ++i) add(comparison.only_below[i], row.own[i]);
  return "insert into " + comparison.below.table.Quoted() + " (" + columns +
         ") overriding system value values (" + values + ")";
}

std::string DeleteSql(const Comparison& comparison, const RowPair& row) {
  return "delete from " + Target(comparison) + " where " + KeyIs(comparison, *row.below);
}

std::optional<Fix> FixOf(const Comparison& comparison, const RowPair& row) {
  if (row.above == row.below) return std::nullopt;
  if (!row.below) return Fix{Fix::Kind::kInsert, {InsertSql(comparison, row)}};
  if (!row.above) return Fix{Fix::Kind::kDelete, {DeleteSql(comparison, row)}};
  return Fix{Fix::Kind::kUpdate, UpdateSql(comparison, row)};
}

}  // namespace londiste::repair
