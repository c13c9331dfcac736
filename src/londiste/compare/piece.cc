#include "londiste/compare/piece.h"

#include <algorithm>

#include "base/error.h"

namespace londiste::compare {
namespace {

constexpr int kFirstMajorWithRangeScans = 14;

// The relation itself, or the leaves of its tree. Sizes are of now, which may be larger than what
// the snapshot shows, and never smaller unless it was rewritten, NULL when it was dropped.
constexpr const char* kRelations = R"(
select l.oid, n.nspname, l.relname, coalesce(am.amname = 'heap', false) as heap, l.relispartition or c.relkind = 'r' as only,
       coalesce(pg_catalog.pg_relation_size(l.oid) / pg_catalog.current_setting('block_size')::int8, 0) as pages,
       coalesce(pg_catalog.pg_table_size(l.oid), 0) as bytes,
       l.reltuples, l.relpages
from pg_catalog.pg_class c
join pg_catalog.pg_namespace cn on cn.oid = c.relnamespace
join pg_catalog.pg_class l on l.oid = c.oid and c.relkind <> 'p'
    or c.relkind = 'p' and l.relkind <> 'p' and l.oid in (select relid from pg_catalog.pg_partition_tree(c.oid))
join pg_catalog.pg_namespace n on n.oid = l.relnamespace
left join pg_catalog.pg_am am on am.oid = l.relam
where cn.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'f')
order by l.oid)";

// Rows of a table without statistics are taken to be small: too many buckets cost little, too few
// have too many rows each.
constexpr std::int64_t kSmallRow = 64;

std::int64_t GuessRows(const pqxx::row& row) {
  const auto pages = static_cast<double>(row["pages"].as<std::int64_t>());
  const auto counted = row["reltuples"].as<double>(), then = row["relpages"].as<double>();
  if (counted <= 0 || then <= 0) return row["bytes"].as<std::int64_t>() / kSmallRow;
  return static_cast<std::int64_t>(counted * std::max(1.0, pages / then));
}

bool Exists(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  return !tx.exec_params1("select pg_catalog.to_regclass($1)", table.Quoted())[0].is_null();
}

}  // namespace

Pieces ReadPieces(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                  const std::string& node, int server_major, int readers) {
  const pqxx::result relations = tx.exec_params(kRelations, table.schema, table.name);
  if (relations.empty() && !Exists(tx, table))
    throw base::Error("table \"" + table.ToString() + "\" does not exist on node " + node);
  Pieces found;
  for (const pqxx::row& row : relations) {
    Piece piece{.oid = row["oid"].as<unsigned>(),
                .relation = {row["nspname"].as<std::string>(), row["relname"].as<std::string>()},
                .only = row["only"].as<bool>(),
                .range = {},
                .bytes = row["bytes"].as<std::int64_t>()};
    found.rows += GuessRows(row);
    found.bytes += piece.bytes;
    const auto pages = row["pages"].as<std::int64_t>();
    if (!row["heap"].as<bool>() || server_major < kFirstMajorWithRangeScans || pages == 0) {
      found.pieces.push_back(std::move(piece));
      continue;
    }
    structure::PageRanges ranges(pages, piece.bytes, readers);
    const std::size_t first = found.pieces.size();
    while (const auto range = ranges.Take()) {
      piece.range = range;
      found.pieces.push_back(piece);
    }
    const auto count = static_cast<std::int64_t>(found.pieces.size() - first);
    for (std::size_t i = first; i < found.pieces.size(); ++i) found.pieces[i].bytes /= count;
    if (count == 1) found.pieces.back().range.reset();
  }
  return found;
}

// By name in the catalogue: to_regclass wants a right on the schema.
std::int64_t BytesOf(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  return tx
      .exec_params1(
          "select coalesce(sum(c.relpages::int8 + coalesce(o.relpages, 0)), 0)::int8 * "
          "pg_catalog.current_setting('block_size')::int8 from pg_catalog.pg_class t join "
          "pg_catalog.pg_namespace n on n.oid = t.relnamespace, "
          "pg_catalog.pg_partition_tree(t.oid) p join pg_catalog.pg_class c on c.oid = p.relid "
          "left join pg_catalog.pg_class o on o.oid = c.reltoastrelid where n.nspname = $1 and "
          "t.relname = $2",
          table.schema, table.name)[0]
      .as<std::int64_t>();
}

}  // namespace londiste::compare
