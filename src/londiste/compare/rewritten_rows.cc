#include "londiste/compare/rewritten_rows.h"

#include "londiste/compare/column_type.h"
#include "londiste/compare/row_hash.h"
#include "pg/quote.h"
#include "pg/snapshot_reader.h"

namespace londiste::compare {
namespace {

// In memory at a time, and a few times over.
constexpr int kRowsAtOnce = 200;

std::string CursorSql(const ComparedSide& side, const Piece& piece) {
  std::string columns;
  for (const std::string& value : side.values)
    columns += (columns.empty() ? "" : ", ") + OutputText(value);
  return "declare rewritten no scroll cursor for select " + columns + FromPiece(side, piece, "");
}

// The rows as a table with the columns and types of the node below.
std::string ValuesSql(const Comparison& comparison, const pqxx::result& rows) {
  std::string values, arrays, names;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const Comparison::Rewrite& rewrite = comparison.rewrites[i];
    std::string array;
    for (const pqxx::row& row : rows) {
      const pqxx::field field = row[static_cast<pqxx::row::size_type>(i)];
      auto value = field.is_null() ? std::nullopt : std::optional<std::string>(field.c_str());
      if (rewrite.change) rewrite.change(value);
      array += (array.empty() ? "" : ", ") + pg::QuoteNullable(value);
    }
    const char* comma = i == 0 ? "" : ", ";
    values += comma + rewrite.value_below + " as " + pg::QuoteIdent(comparison.columns[i]);
    arrays += comma + ("unnest(array[" + array + "]::text[])");
    names += comma + ("c" + std::to_string(i));
  }
  return "(select " + values + " from rows from (" + arrays + ") u (" + names + "))";
}

}  // namespace

std::vector<pqxx::result> ReadRewritten(
    pqxx::transaction_base& above, pg::Connection& below, const Comparison& comparison,
    const Piece& piece,
    const std::function<std::string(const ComparedSide& side, const Piece& piece)>& sql) {
  std::vector<pqxx::result> answers;
  above.exec0(CursorSql(comparison.above, piece));
  pqxx::read_transaction tx(below);
  tx.exec0(pg::SnapshotReader::kSettings);
  while (true) {
    const pqxx::result rows =
        above.exec("fetch " + std::to_string(kRowsAtOnce) + " from rewritten");
    if (rows.empty()) break;
    Piece rewritten = piece;
    rewritten.values = ValuesSql(comparison, rows);
    answers.push_back(tx.exec(sql(comparison.below, rewritten)));
  }
  above.exec0("close rewritten");
  return answers;
}

}  // namespace londiste::compare
