#include "londiste/tables/left_out_columns.h"

#include "cascade/node.h"
#include "pg/may_call.h"
#include "pg/quote.h"

namespace londiste::tables {
std::map<std::string, ColumnNames> LoadLeftOutColumns(pqxx::transaction_base& tx,
                                                      const std::string& queue) {
  std::map<std::string, ColumnNames> tables;
  if (!pg::MayCall(tx, "londiste.get_left_out_columns(text)")) return tables;
  for (const pqxx::row& row : tx.exec_params(
           "select table_name, column_name from londiste.get_left_out_columns($1)", queue))
    tables[row[0].as<std::string>()].insert(row[1].as<std::string>());
  return tables;
}

void StoreTableCopied(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const std::vector<std::string>& left_out) {
  if (!pg::MayCall(tx, "londiste.local_set_table_copied(text, text, text[])")) return;
  std::string columns;
  for (const std::string& column : left_out)
    columns += (columns.empty() ? "" : ", ") + pg::QuoteLiteral(column);
  cascade::Require(cascade::Call(
      tx, "select * from londiste.local_set_table_copied($1, $2, array[" + columns + "]::text[])",
      queue, table));
}

}  // namespace londiste::tables
