#include "londiste/apply/missing_rows_store.h"

#include "cascade/node.h"
#include "pg/may_call.h"

namespace londiste::apply {

bool StoreMissingRows(pqxx::transaction_base& tx, const std::string& queue,
                      const apply::MissingCounts& counts) {
  if (counts.empty() ||
      !pg::MayCall(tx, "londiste.local_add_missing_rows(text, text, bigint, bigint, text)"))
    return false;
  for (const auto& [table, count] : counts)
    cascade::Call(tx, "select * from londiste.local_add_missing_rows($1, $2, $3, $4, $5)", queue,
                  table, count.updates, count.deletes, count.last_key);
  return true;
}

std::vector<pgq::Condition> MissingRowConditions(pqxx::transaction_base& tx,
                                                 const std::string& queue) {
  std::vector<pgq::Condition> conditions;
  if (!pg::MayCall(tx, "londiste.get_missing_rows(text)")) return conditions;
  for (const pqxx::row& row : tx.exec_params(
           "select table_name, updates, deletes, last_key from londiste.get_missing_rows($1)",
           queue)) {
    const std::string table = row[0].as<std::string>();
    const std::string key = row[3].is_null() ? "" : row[3].as<std::string>();
    conditions.push_back(
        {.kind = kMissingRows,
         .subject = table,
         .message = "table " + table + ": " + row[1].c_str() + " updates and " + row[2].c_str() +
                    " deletes found no row here" +
                    (key.empty() ? "" : ", the last with key " + key),
         .hint = "The table differs from the provider's; resync copies it again."});
  }
  return conditions;
}

}  // namespace londiste::apply
