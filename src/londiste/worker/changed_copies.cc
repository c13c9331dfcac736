#include "londiste/worker/changed_copies.h"

#include "pg/quote.h"

namespace londiste::worker {
namespace {

// Of a table and its partitions: columns, files, and how many rows this transaction has changed.
constexpr const char* kLook =
    "with here as (select pg_catalog.to_regclass($1)::oid as relid union select p.relid::oid from "
    "pg_catalog.pg_partition_tree(pg_catalog.to_regclass($1)) p) "
    "select coalesce(pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid, c.relfilenode, "
    "(select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || "
    "pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum) from "
    "pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), "
    "pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid), "
    "pg_catalog.pg_stat_get_xact_tuples_updated(c.oid), "
    "pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)), ';' order by c.oid), '') from here join "
    "pg_catalog.pg_class c on c.oid = here.relid";

}  // namespace

void ChangedCopies::StopNamedIn(const pgq::Event& published) {
  if (!published.extra1_or_empty().starts_with("ddl.")) return;
  for (const tables::Table* table : table_sync_.CopiesUnderWay())
    if (published.data_or_empty().find(pg::QuoteLiteral(table->name)) != std::string_view::npos)
      table_sync_.StopCopy(table->name);
}

void ChangedCopies::LookBefore(pqxx::transaction_base& tx) { before_ = Look(tx); }

void ChangedCopies::CopyAgain(pqxx::transaction_base& tx) {
  if (before_.empty()) return;
  for (const auto& [table, now] : Look(tx)) {
    const auto before = before_.find(table);
    if (before == before_.end() || before->second == now) continue;
    warn_("Table " + table + ": a script changed it during the copy, which starts over");
    table_sync_.CopyAgain(tx, table);
  }
}

std::map<std::string, std::string> ChangedCopies::Look(pqxx::transaction_base& tx) const {
  std::map<std::string, std::string> tables;
  for (const tables::Table* table : table_sync_.CopiesUnderWay())
    tables[table->name] = tx.exec_params1(kLook, table->dest.Quoted())[0].as<std::string>();
  return tables;
}

}  // namespace londiste::worker
