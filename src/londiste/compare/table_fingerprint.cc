#include "londiste/compare/table_fingerprint.h"

#include "pg/quote.h"

namespace londiste::compare {

std::vector<std::string> CommonColumns(const structure::TableShape& one,
                                       const structure::TableShape& other) {
  std::vector<std::string> names;
  for (const structure::TableColumn& column : one.columns)
    if (other.Find(column.name)) names.push_back(column.name);
  return names;
}

TableFingerprint Fingerprint(pqxx::transaction_base& tx, const structure::TableShape& table,
                             const std::vector<std::string>& columns, Depth depth) {
  std::string sum = "''";
  if (depth == Depth::kRows) {
    std::string row;
    for (const std::string& column : columns)
      row += (row.empty() ? "" : ", ") + ("t." + pg::QuoteIdent(column));
    // 60 bits of each row's MD5 (RFC 1321), added up as numeric.
    sum = "coalesce(sum(('x' || pg_catalog.substr(pg_catalog.md5(row(" + row +
          ")::text), 1, 15))::bit(60)::bigint), 0)";
  }
  tx.exec("set local timezone = 'UTC'");
  const pqxx::row result = tx.exec1("select count(*), " + sum + " from " +
                                    (table.only ? "only " : "") + table.name.Quoted() + " t");
  return {result[0].as<std::string>(), result[1].as<std::string>()};
}

}  // namespace londiste::compare
