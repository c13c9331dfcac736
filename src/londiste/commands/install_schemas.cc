#include "londiste/commands/install_schemas.h"

#include <spdlog/spdlog.h>

#include <array>
#include <string>

#include "base/error.h"
#include "embedded_sql/schemas.h"

namespace londiste::commands {
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
    throw base::Error(std::string("could not install schema ") + schema.name + ": " + error.what(),
                      "Give the role CREATE on the database and, when the pgq and londiste roles "
                      "do not exist yet, CREATEROLE; or let a "
                      "superuser run this command once.");
  }
}

}  // namespace

void InstallMissingSchemas(pg::Connection& connection) {
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
  }
}

}  // namespace londiste::commands
