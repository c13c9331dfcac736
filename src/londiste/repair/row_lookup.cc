#include "londiste/repair/row_lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "londiste/compare/column_type.h"
#include "pg/quote.h"

namespace londiste::repair {
namespace {

// By the operator of the key's index, wherever that lives, so that the index serves.
std::string JoinCondition(const compare::ComparedSide& side) {
  std::string condition;
  for (std::size_t i = 0; i < side.key_columns.size(); ++i)
    condition += fmt::format("{}{} {} k.k{}", condition.empty() ? "" : " and ",
                             side.key_columns[i].expression, side.key_columns[i].equals, i);
  if (!side.condition.empty()) condition += " and (" + side.condition + ")";
  return condition;
}

// `(0, '1'::integer), ...`: values are read as the type reads them, not cast, as a cast to a type
// is what its owner says that it is.
std::string KeyValues(const compare::ComparedSide& side,
                      std::span<const compare::DifferentRow> rows) {
  std::string list;
  for (std::size_t place = 0; place < rows.size(); ++place) {
    list += fmt::format("{}({}", place == 0 ? "" : ", ", place);
    for (std::size_t i = 0; i < side.key_columns.size(); ++i)
      list += ", " + pg::QuoteNullable(rows[place].key[i]) + "::" + side.key_columns[i].type;
    list += ")";
  }
  return list;
}

std::string LookUpSql(const compare::ComparedSide& side,
                      std::span<const compare::DifferentRow> rows, Lock lock,
                      const std::vector<std::string>& more_columns) {
  std::string names;
  for (std::size_t i = 0; i < side.key_columns.size(); ++i) names += fmt::format(", k{}", i);
  std::string columns;
  for (const std::string& value : side.values) columns += ", " + compare::OutputText(value);
  for (const std::string& column : more_columns)
    columns += ", " + compare::OutputText("t." + pg::QuoteIdent(column));
  return "select k.place" + columns + " from (values " + KeyValues(side, rows) + ") k (place" +
         names + ") join " + (side.only ? "only " : "") + side.table.Quoted() + " t on " +
         JoinCondition(side) + " order by k.place" +
         (lock == Lock::kForUpdate ? " for update of t" : "");
}

}  // namespace

Values KeyOf(const compare::Comparison& comparison, const Values& row) {
  Values key;
  for (const std::string& name : comparison.key)
    key.push_back(row[static_cast<std::size_t>(std::ranges::find(comparison.columns, name) -
                                               comparison.columns.begin())]);
  return key;
}

std::vector<FoundRow> LookUp(pqxx::transaction_base& tx, const compare::ComparedSide& side,
                             std::span<const compare::DifferentRow> rows, Lock lock,
                             const std::vector<std::string>& more_columns) {
  std::vector<FoundRow> found(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    found[i].unclear = !std::ranges::all_of(
        rows[i].key, [](const std::optional<std::string>& value) { return value.has_value(); });
  const bool by_index =
      std::ranges::all_of(side.key_columns, &compare::ComparedSide::KeyColumn::indexed);
  tx.exec0(fmt::format("set local enable_hashjoin = {0}; set local enable_mergejoin = {0}",
                       by_index ? "off" : "on"));
  for (const pqxx::row& row : tx.exec(LookUpSql(side, rows, lock, more_columns))) {
    Values values;
    for (pqxx::row::size_type i = 1; i < row.size(); ++i)
      values.push_back(row[i].is_null() ? std::nullopt
                                        : std::optional<std::string>(row[i].c_str()));
    FoundRow& place = found[row[0].as<std::size_t>()];
    place.unclear = place.row.has_value();
    place.row = std::move(values);
  }
  return found;
}

}  // namespace londiste::repair
