#include "londiste/structure/row_security.h"

#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::structure {

std::string RowSecurityHint(const std::string& where) {
  return "The role that replicates must see every row. Give it the attribute bypassrls " + where +
         " (alter role ... bypassrls), or make it the owner of the table, without force row level "
         "security.";
}

void RefuseRowSecurity(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                       const std::string& where) {
  const pqxx::row row = tx.exec_params1(
      "select pg_catalog.row_security_active($1::pg_catalog.regclass::pg_catalog.oid), "
      "current_user",
      table.Quoted());
  if (!row[0].as<bool>()) return;
  throw pg::SqlError("row-level security of table \"" + table.ToString() + "\" " + where +
                         " would hide rows from role \"" + row[1].c_str() + "\"",
                     RowSecurityHint(where), pg::sqlstate::kInsufficientPrivilege, {}, {});
}

}  // namespace londiste::structure
