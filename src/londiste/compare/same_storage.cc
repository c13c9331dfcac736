#include "londiste/compare/same_storage.h"

namespace londiste::compare {
namespace {

// The snapshot's catalog knows the storage that the snapshot's rows are in. `relations`: oids.
std::string IsSame(const std::string& relations) {
  return "select exists (select 1 from pg_catalog.pg_class where oid = $1) and not exists (select "
         "1 from pg_catalog.pg_class c where c.relkind = 'r' and c.oid in (" +
         relations + ") and c.relfilenode is distinct from pg_catalog.pg_relation_filenode(c.oid))";
}

void Require(const pqxx::row& row, const std::string& what) {
  if (!row[0].as<bool>())
    throw TableRewritten(what + " was rewritten or emptied while it was read");
}

}  // namespace

void RequireSameStorage(pqxx::transaction_base& tx, unsigned relation, const std::string& what) {
  Require(tx.exec_params1(IsSame("$1"), relation), what);
}

void RequireSameStorage(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  const pqxx::row oid =
      tx.exec_params1("select pg_catalog.to_regclass($1)::pg_catalog.oid", table.Quoted());
  const std::string what = "table \"" + table.ToString() + "\"";
  if (oid[0].is_null()) throw TableRewritten(what + " was dropped");
  Require(tx.exec_params1(IsSame("select $1::pg_catalog.oid union all select relid from "
                                 "pg_catalog.pg_partition_tree($1)"),
                          oid[0].as<unsigned>()),
          what);
}

}  // namespace londiste::compare
