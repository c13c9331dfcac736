#include "londiste/node/install_schemas.h"

#include <spdlog/spdlog.h>

#include <array>
#include <string>

#include "base/error.h"
#include "embedded_sql/schemas.h"

namespace londiste::node {
namespace {

struct Schema {
  const char* name;
  const std::string& (*text)();
};

constexpr std::array<Schema, 3> kSchemas = {{{"pgq", &embedded_sql::pgq},
                                             {"pgq_node", &embedded_sql::pgq_node},
                                             {"londiste", &embedded_sql::londiste}}};

bool Present(pqxx::transaction_base& tx, const char* schema) {
  return !tx.exec_params("select 1 from pg_catalog.pg_namespace where nspname = $1", schema)
              .empty();
}

// The server's folder holds the extension in our version: an older one there is SkyTools' own,
// which lacks what our programs use.
bool OffersOurExtension(pqxx::transaction_base& tx, const char* schema) {
  return !tx.exec_params(
                "select 1 from pg_catalog.pg_available_extensions where name = $1 and "
                "default_version like '4.%'",
                schema)
              .empty();
}

// False when the role may not, or when a schema this one needs is not an extension here.
bool TryExtension(pqxx::work& tx, const char* schema) {
  try {
    pqxx::subtransaction attempt(tx, "extension");
    attempt.exec("create extension " + attempt.quote_name(schema));
    attempt.commit();
    return true;
  } catch (const pqxx::sql_error& error) {
    spdlog::debug("create extension {} refused, installing the plain form: {}", schema,
                  error.what());
    return false;
  }
}

void InstallPlain(pqxx::work& tx, const Schema& schema) {
  try {
    tx.exec(schema.text());
  } catch (const pqxx::insufficient_privilege& error) {
    throw base::Error(
        std::string("could not install schema ") + schema.name + ": " + error.what(),
        "Grant the role CREATE on the database and, when the roles of pgq and londiste do not "
        "exist yet, give it CREATEROLE; or let a superuser run this command once.");
  }
}

constexpr int kStatisticsOnDemand = 150'000;  // pg_stat_force_next_flush()

// Those that autovacuum would analyze, a minute from now and in each database.
constexpr const char* kOutdatedCatalogs =
    "select pg_catalog.string_agg(s.relid::pg_catalog.regclass::text, ', ') "
    "from pg_catalog.pg_stat_sys_tables s join pg_catalog.pg_class c on c.oid = s.relid "
    "where s.schemaname = 'pg_catalog' and s.n_mod_since_analyze > 50 and not c.relisshared "
    "and pg_catalog.pg_has_role((select datdba from pg_catalog.pg_database "
    "where datname = pg_catalog.current_database()), 'usage')";

// The planner knows of some hundred new functions and columns at once.
void AnalyzeCatalogs(pg::Connection& connection) {
  if (connection.server_version() < kStatisticsOnDemand) return;
  try {
    // What this session has done is counted once it is idle: between two statements.
    pg::ExecAutocommit(connection, "select pg_catalog.pg_stat_force_next_flush()");
    const pqxx::result catalogs = pg::ExecAutocommit(connection, kOutdatedCatalogs);
    if (!catalogs[0][0].is_null())
      pg::ExecAutocommit(connection, "analyze " + catalogs[0][0].as<std::string>());
  } catch (const pqxx::sql_error& error) {
    spdlog::debug("the catalogs were not analyzed: {}", error.what());
  }
}

}  // namespace

void InstallMissingSchemas(pg::Connection& connection) {
  bool installed = false;
  for (const Schema& schema : kSchemas) {
    pqxx::work tx(connection);
    if (!Present(tx, schema.name)) {
      // The lock makes a second installer wait; the statement after it sees what the first one
      // committed.
      tx.exec("select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('skytools install'))");
    }
    if (Present(tx, schema.name)) {
      spdlog::info("{} is installed", schema.name);
      continue;
    }
    spdlog::info("Installing {}", schema.name);
    tx.exec("set local client_min_messages = warning");
    if (!OffersOurExtension(tx, schema.name) || !TryExtension(tx, schema.name))
      InstallPlain(tx, schema);
    tx.commit();
    installed = true;
  }
  if (installed) AnalyzeCatalogs(connection);
}

}  // namespace londiste::node
