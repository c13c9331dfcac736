#include "pg/same_database.h"

#include <string>

namespace pg {
namespace {

struct Sight {
  std::string identity;  // oid and name
  std::string txid;
  std::string snapshot;
};

Sight Look(Connection& connection) {
  pqxx::work tx(connection);
  const pqxx::row row = tx.exec1(
      "select d.oid || ' ' || d.datname, pg_catalog.txid_current(), "
      "pg_catalog.txid_current_snapshot()"
      " from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()");
  Sight sight{row[0].c_str(), row[1].c_str(), row[2].c_str()};
  tx.commit();
  return sight;
}

bool Visible(Connection& connection, const std::string& txid, const std::string& snapshot) {
  pqxx::work tx(connection);
  return tx
      .exec_params1(
          "select pg_catalog.txid_visible_in_snapshot($1::bigint, "
          "$2::pg_catalog.txid_snapshot)",
          txid, snapshot)[0]
      .as<bool>();
}

}  // namespace

DatabaseComparison CompareDatabases(Connection& one, Connection& other) {
  const Sight before = Look(one);
  const Sight seen = Look(other);
  const Sight after = Look(one);
  DatabaseComparison found;
  found.same_name_and_oid = before.identity == seen.identity;
  found.visible_before = Visible(one, seen.txid, before.snapshot);
  found.visible_after = Visible(one, seen.txid, after.snapshot);
  return found;
}

}  // namespace pg
