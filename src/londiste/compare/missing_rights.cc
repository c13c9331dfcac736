#include "londiste/compare/missing_rights.h"

#include <fmt/format.h>

#include "pg/quote.h"

namespace londiste::compare {

std::string MissingRights(pqxx::transaction_base& tx, const Piece& piece, const std::string& node,
                          const std::string& refusal) {
  const std::string said = "node " + node + ": " + refusal;
  const pqxx::result found = tx.exec_params(
      "select current_user, pg_catalog.has_schema_privilege(c.relnamespace, 'usage'), "
      "pg_catalog.has_table_privilege(c.oid, 'select'), pg_catalog.row_security_active(c.oid) "
      "from pg_catalog.pg_class c where c.oid = $1",
      piece.oid);
  if (found.empty()) return said;
  const pqxx::row row = found[0];
  const std::string role = pg::QuoteIdent(row[0].as<std::string>());
  if (!row[1].as<bool>())
    return fmt::format("{} (grant usage on schema {} to {})", said,
                       pg::QuoteIdent(piece.relation.schema), role);
  if (!row[2].as<bool>())
    return fmt::format("{} (grant select on {} to {})", said, piece.relation.Quoted(), role);
  if (row[3].as<bool>())
    return fmt::format(
        "{} (its policies may hide rows from role {}: compare as its owner, or as a role with "
        "bypassrls)",
        said, role);
  return said;
}

}  // namespace londiste::compare
