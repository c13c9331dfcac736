#include "londiste/node/key_updates.h"

namespace londiste::node {

namespace {

// A provider may still have a schema without it.
bool HasSettings(pqxx::transaction_base& tx) {
  return !tx.exec("select 1 where pg_catalog.to_regclass('pgq.queue_setting') is not null").empty();
}

}  // namespace

std::string ReadKeyUpdates(pqxx::transaction_base& tx, const std::string& queue) {
  if (!HasSettings(tx)) return "refuse";
  const pqxx::result row = tx.exec_params(
      "select s.setting_value from pgq.queue_setting s join pgq.queue q on q.queue_id = "
      "s.setting_queue where q.queue_name = $1 and s.setting_name = 'key_update'",
      queue);
  return row.empty() ? "refuse" : row[0][0].c_str();
}

void SetKeyUpdates(pqxx::transaction_base& tx, const std::string& queue, const std::string& value) {
  if (ReadKeyUpdates(tx, queue) == value || !HasSettings(tx)) return;
  tx.exec_params1("select pgq.set_queue_config($1, 'key_update', $2)", queue, value);
}

}  // namespace londiste::node
