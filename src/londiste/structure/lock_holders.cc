#include "londiste/structure/lock_holders.h"

namespace londiste::structure {
namespace {

// Locks of prepared transactions have no session.
constexpr const char* kHolders = R"(
select string_agg(h.who, ', ')
from (
    select distinct coalesce(
               pg_catalog.format('pid %s (user "%s", application "%s", %s since %s)', a.pid, a.usename, a.application_name, a.state,
                                 pg_catalog.date_trunc('second', a.xact_start)),
               'a prepared transaction (pg_prepared_xacts)') as who
    from pg_catalog.pg_locks l
    left join pg_catalog.pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
        and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
        and l.relation = any ($1::pg_catalog.oid[])
    limit 3) h)";

std::string Oids(pqxx::transaction_base& tx, const std::vector<pg::QualifiedName>& tables) {
  std::string oids = "{";
  for (const pg::QualifiedName& table : tables) {
    const pqxx::row row =
        tx.exec_params1("select pg_catalog.to_regclass($1)::pg_catalog.oid", table.Quoted());
    if (!row[0].is_null()) oids += (oids.size() > 1 ? "," : "") + row[0].as<std::string>();
  }
  return oids + "}";
}

}  // namespace

std::string LockHolders(pqxx::transaction_base& tx, const std::vector<pg::QualifiedName>& tables) {
  const pqxx::row row = tx.exec_params1(kHolders, Oids(tx, tables));
  return row[0].is_null() ? "" : row[0].as<std::string>();
}

}  // namespace londiste::structure
