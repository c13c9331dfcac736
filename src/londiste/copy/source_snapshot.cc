#include "londiste/copy/source_snapshot.h"

#include "base/error.h"
#include "londiste/structure/row_security.h"

namespace londiste::copy {
namespace {

constexpr int kFirstMajorWithRangeScans = 14;
constexpr const char* kProvider = "the provider's database";

// A partitioned table's rows are in the leaves of its tree; for a plain table there is no tree.
constexpr const char* kSize = R"(
select c.relkind = 'p', pg_catalog.has_table_privilege(c.oid, 'select'),
       coalesce(am.amname = 'heap', false) and c.relkind = 'r',
       pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::int8,
       s.bytes::int8, s.rows::int8
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am am on am.oid = c.relam
cross join lateral (
    select coalesce(sum(pg_catalog.pg_table_size(l.oid)), 0) as bytes,
           case when bool_and(l.reltuples > 0 or l.relpages = 0) then coalesce(sum(greatest(l.reltuples, 0)), 0) else 0 end as rows
    from pg_catalog.pg_class l
    where l.relkind = 'r' and (l.oid = c.oid or l.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))) s
where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p'))";

}  // namespace

SourceSize MeasureSource(pg::Connection& source, const pg::QualifiedName& table) {
  pqxx::read_transaction tx(source);
  const pqxx::result rows = tx.exec_params(kSize, table.schema, table.name);
  if (rows.empty())
    throw base::Error("table \"" + table.ToString() + "\" does not exist in " + kProvider);
  structure::RefuseRowSecurity(tx, table, "on the provider");
  const pqxx::row& row = rows[0];
  SourceSize size;
  size.partitioned = row[0].as<bool>();
  size.may_lock = row[1].as<bool>();
  size.readable_by_range = row[2].as<bool>() && source.server_major() >= kFirstMajorWithRangeScans;
  size.pages = row[3].as<std::int64_t>();
  size.bytes = row[4].as<std::int64_t>();
  size.rows = row[5].as<std::int64_t>();
  return size;
}

SourceSnapshot::SourceSnapshot(pg::Connection& source, const pg::QualifiedName& table,
                               const SourceSize& size)
    : tx_(source) {
  if (size.may_lock)
    tx_.exec0(std::string("lock table ") + (size.partitioned ? "" : "only ") + table.Quoted() +
              " in access share mode");
  Prepare();
}

SourceSnapshot::SourceSnapshot(pg::Connection& source, const pg::QualifiedName& table,
                               bool may_lock, const std::string& exported)
    : tx_(source) {
  tx_.exec0("set transaction snapshot " + pg::QuoteLiteral(exported));
  if (may_lock) tx_.exec0("lock table only " + table.Quoted() + " in access share mode nowait");
  Prepare();
  tx_.exec0("set local lock_timeout = '10s'");  // for a role that may not lock
  // Each range reads its own pages, never the whole table.
  tx_.exec0("set local enable_seqscan = off");
  tx_.exec0("set local max_parallel_workers_per_gather = 0");
}

void SourceSnapshot::Prepare() {
  // Rows that a policy hides must fail the copy, not be missing; and names of types' values must
  // come qualified.
  tx_.exec0("set local row_security = off");
  tx_.exec0("set local search_path = ''");
  // The session that exports its snapshot sits idle, and one that reads waits for a slow target.
  tx_.exec0("set local idle_in_transaction_session_timeout = 0");
}

std::string SourceSnapshot::Export() {
  return tx_.exec1("select pg_catalog.pg_export_snapshot()")[0].as<std::string>();
}

pgq::Snapshot SourceSnapshot::Read() {
  return pgq::Snapshot::Parse(
      tx_.exec1("select pg_catalog.txid_current_snapshot()")[0].as<std::string>());
}

Relation SourceSnapshot::ReadTable(const pg::QualifiedName& table) {
  return ReadRelation(tx_, table, kProvider);
}

}  // namespace londiste::copy
