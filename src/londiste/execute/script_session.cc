#include "londiste/execute/script_session.h"

#include "pg/quote.h"
#include "pg/session_settings.h"

namespace londiste::execute {
namespace {

// Who it is first: it is what the rest needs, and it resets the role.
std::vector<const char*> Names() {
  std::vector<const char*> names{"session_authorization", "role", "client_encoding"};
  for (const pg::FixedSetting& setting : pg::kFixedAlways) names.push_back(setting.name);
  for (const pg::FixedSetting& setting : pg::kFixedOfOurs) names.push_back(setting.name);
  return names;
}

}  // namespace

void SetRoleInTransaction(pqxx::transaction_base& tx, const char* replication_role) {
  const std::string role = replication_role;
  const bool has_function =
      !tx.exec(
             "select pg_catalog.to_regprocedure('londiste.set_session_replication_role(text, "
             "boolean)')")[0][0]
           .is_null();
  tx.exec(has_function ? "select londiste.set_session_replication_role('" + role + "', true)"
                       : "set local session_replication_role = '" + role + "'");
}

ScriptSettings::ScriptSettings(pqxx::transaction_base& tx, For span) {
  std::string calls;
  for (const char* name : Names())
    calls +=
        (calls.empty() ? "" : ", ") + std::string("pg_catalog.current_setting('") + name + "')";
  for (const pqxx::field& value : tx.exec("select " + calls)[0]) values_.push_back(value.c_str());
  const std::string set = span == For::kTransaction ? "set local " : "set ";
  tx.exec(set + "search_path to default; " + set + "row_security to default");
}

void ScriptSettings::Restore(pqxx::transaction_base& tx) const {
  std::string calls;
  auto value = values_.begin();
  for (const char* name : Names())
    calls += (calls.empty() ? "" : ", ") + std::string("pg_catalog.set_config('") + name + "', " +
             pg::QuoteLiteral(*value++) + ", false)";
  tx.exec("select " + calls);
}

OwnSettings::OwnSettings(pqxx::transaction_base& tx) : tx_(tx) {
  const pqxx::row row = tx.exec1(
      "select pg_catalog.current_setting('session_authorization'), "
      "pg_catalog.current_setting('role'), pg_catalog.current_setting('search_path')");
  user_ = row[0].c_str();
  role_ = row[1].c_str();
  search_path_ = row[2].c_str();
  tx.exec(
      "set local session authorization default; set local role to default; set local search_path = "
      "pg_catalog, pg_temp");
}

void OwnSettings::Restore() {
  tx_.exec_params(
      "select pg_catalog.set_config('search_path', $1, true), "
      "pg_catalog.set_config('session_authorization', $2, true), pg_catalog.set_config('role', $3, "
      "true)",
      search_path_, user_, role_);
}

}  // namespace londiste::execute
