#include "londiste/structure/dropped_statement.h"

#include "pg/sqlstate.h"

#include <algorithm>
#include <array>

namespace londiste::structure {
namespace {

// undefined_table, undefined_function, undefined_object
constexpr std::array<const char*, 3> kNotFound{pg::sqlstate::kUndefinedTable,
                                               pg::sqlstate::kUndefinedFunction,
                                               pg::sqlstate::kUndefinedObject};

}  // namespace

void RunDroppedStatement(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                         const std::string& sql) {
  tx.exec("savepoint as_it_stands");
  try {
    tx.exec(sql);
    tx.exec("release savepoint as_it_stands");
    return;
  } catch (const pqxx::sql_error& error) {
    if (std::ranges::find(kNotFound, error.sqlstate()) == kNotFound.end()) throw;
  }
  tx.exec("rollback to savepoint as_it_stands");
  const std::string path = tx.exec1("select pg_catalog.current_setting('search_path')")[0].c_str();
  tx.exec("set local search_path = pg_catalog, " + pg::QuoteIdent(table.schema) +
          ", public, pg_temp");
  tx.exec(sql);
  tx.exec("select pg_catalog.set_config('search_path', " + pg::QuoteLiteral(path) + ", true)");
}

}  // namespace londiste::structure
