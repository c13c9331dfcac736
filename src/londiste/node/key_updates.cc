#include "londiste/node/key_updates.h"

namespace londiste::node {

std::string ReadKeyUpdates(pqxx::transaction_base& tx, const std::string& queue) {
  const pqxx::result row = tx.exec_params(
      "select coalesce(pg_catalog.to_jsonb(q) ->> 'queue_key_update', 'refuse') from pgq.queue q "
      "where q.queue_name = $1",
      queue);
  return row.empty() ? "refuse" : row[0][0].c_str();
}

void SetKeyUpdates(pqxx::transaction_base& tx, const std::string& queue, const std::string& value) {
  if (ReadKeyUpdates(tx, queue) == value) return;
  const bool known =
      !tx.exec(
             "select 1 from pg_catalog.pg_attribute where attrelid = "
             "'pgq.queue'::pg_catalog.regclass and attname = 'queue_key_update' and not "
             "attisdropped")
           .empty();
  if (known) tx.exec_params1("select pgq.set_queue_config($1, 'key_update', $2)", queue, value);
}

}  // namespace londiste::node
