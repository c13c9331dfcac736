#include "londiste/repair/row_lookup.h"

#include <fmt/format.h>

#include "pg/quote.h"
#include "pg/text_array.h"

namespace londiste::repair {
namespace {

// `a.k0 = t."id"` by the type of the column, so that an index serves.
std::string JoinCondition(const compare::ComparedSide& side) {
  std::string condition;
  for (std::size_t i = 0; i < side.key_columns.size(); ++i) {
    const auto& [name, type] = side.key_columns[i];
    condition += fmt::format("{}t.{} = k.k{}::{}", condition.empty() ? "" : " and ",
                             pg::QuoteIdent(name), i, type);
  }
  if (!side.condition.empty()) condition += " and (" + side.condition + ")";
  return condition;
}

std::string LookUpSql(const compare::ComparedSide& side,
                      std::span<const compare::DifferentRow> rows, Lock lock,
                      const std::vector<std::string>& more_columns) {
  std::string arrays, names;
  for (std::size_t i = 0; i < side.key_columns.size(); ++i) {
    std::vector<std::string> values;
    for (const compare::DifferentRow& row : rows) values.push_back(row.key[i].value_or(""));
    arrays += fmt::format("{}unnest({}::text[])", i == 0 ? "" : ", ",
                          pg::QuoteLiteral(pg::TextArray(values)));
    names += fmt::format("k{}, ", i);
  }
  std::string columns;
  for (const std::string& value : side.values) columns += ", (" + value + ")::text";
  for (const std::string& column : more_columns)
    columns += ", t." + pg::QuoteIdent(column) + "::text";
  return "select k.place" + columns + " from rows from (" + arrays + ") with ordinality k (" +
         names + "place) join " + (side.only ? "only " : "") + side.table.Quoted() + " t on " +
         JoinCondition(side) + " order by k.place" +
         (lock == Lock::kForUpdate ? " for update of t" : "");
}

}  // namespace

std::vector<std::optional<Values>> LookUp(pqxx::transaction_base& tx,
                                          const compare::ComparedSide& side,
                                          std::span<const compare::DifferentRow> rows, Lock lock,
                                          const std::vector<std::string>& more_columns) {
  std::vector<std::optional<Values>> found(rows.size());
  tx.exec0("set local enable_hashjoin = off; set local enable_mergejoin = off");
  for (const pqxx::row& row : tx.exec(LookUpSql(side, rows, lock, more_columns))) {
    Values values;
    for (pqxx::row::size_type i = 1; i < row.size(); ++i)
      values.push_back(row[i].is_null() ? std::nullopt
                                        : std::optional<std::string>(row[i].c_str()));
    found[row[0].as<std::size_t>() - 1] = std::move(values);
  }
  return found;
}

}  // namespace londiste::repair
