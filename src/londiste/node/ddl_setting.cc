#include "londiste/node/ddl_setting.h"

namespace londiste::node {

DdlSetting ReadDdlSetting(pqxx::transaction_base& tx, const std::string& queue) {
  DdlSetting setting;
  setting.known = !tx.exec("select pg_catalog.to_regclass('londiste.ddl_setting')")[0][0].is_null();
  if (!setting.known) return setting;
  const pqxx::result row = tx.exec_params(
      "select mode, options, options ->> 'unsafe', coalesce(options -> 'grants' = 'true', false), "
      "(select pg_catalog.string_agg(p, ',') from pg_catalog.jsonb_array_elements_text(options -> "
      "'tables') p) from londiste.ddl_setting where queue_name = $1",
      queue);
  if (row.empty()) return setting;
  setting.mode = row[0][0].c_str();
  setting.options = row[0][1].c_str();
  setting.unsafe = row[0][2].c_str();
  setting.grants = row[0][3].as<bool>();
  setting.tables = row[0][4].c_str();
  return setting;
}

}  // namespace londiste::node
