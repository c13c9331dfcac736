#include "londiste/compare/rewritten_table.h"

namespace londiste::compare {
namespace {

void Require(bool same, const pg::QualifiedName& table, const std::string& node) {
  if (!same)
    throw TableRewritten("table \"" + table.ToString() + "\" of node " + node +
                         " was rewritten, emptied or renamed while it was read");
}

}  // namespace

// pg_class is that of the snapshot, the functions tell what is so now.
void RequireSameStorage(pqxx::transaction_base& tx, const Piece& piece, const std::string& node) {
  const pqxx::row row = tx.exec_params1(
      "select exists (select 1 from pg_catalog.pg_class c where c.oid = $1 and c.oid = "
      "pg_catalog.to_regclass($2) and (c.relkind <> 'r' or c.relfilenode = "
      "pg_catalog.pg_relation_filenode(c.oid)))",
      piece.oid, piece.relation.Quoted());
  Require(row[0].as<bool>(), piece.relation, node);
}

void RequireSameTable(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                      const std::string& node) {
  const pqxx::row row = tx.exec_params1(
      "select exists (select 1 from pg_catalog.pg_class c where c.oid = "
      "pg_catalog.to_regclass($1) and c.relname = $2 and c.relnamespace = "
      "pg_catalog.to_regnamespace(pg_catalog.quote_ident($3)) and not exists (select 1 from "
      "pg_catalog.pg_class l where l.relkind = 'r' and (l.oid = c.oid or l.oid in (select p.relid "
      "from pg_catalog.pg_partition_tree(c.oid) p)) and l.relfilenode is distinct from "
      "pg_catalog.pg_relation_filenode(l.oid)))",
      table.Quoted(), table.name, table.schema);
  Require(row[0].as<bool>(), table, node);
}

}  // namespace londiste::compare
