// Reading a table at the source: its size beforehand, and one repeatable-read snapshot of it that
// several sessions may share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "londiste/copy/column_plan.h"
#include "pg/connection.h"
#include "pgq/snapshot.h"

namespace londiste::copy {

struct SourceSize {
  bool partitioned = false;
  bool may_lock = false;   // the role has select on the whole table
  std::int64_t pages = 0;  // of the table itself
  std::int64_t bytes = 0;  // with what is stored out of line, and in partitions
  std::int64_t rows = 0;   // estimate; 0: not known
  bool readable_by_range =
      false;  // a plain heap on a server that can seek to a page (14 and later)
};

// In a transaction of its own. Throws base::Error `table "…" does not exist in …`.
SourceSize MeasureSource(pg::Connection& source, const pg::QualifiedName& table);

// A read-only transaction at the source, ready for COPY. Ends by End, or rolls back.
class SourceSnapshot {
 public:
  // A new snapshot. The table is locked first (access share): what rewrites a table, as some ALTER
  // TABLE do, is not multi-version, and would empty it for an older snapshot.
  SourceSnapshot(pg::Connection& source, const pg::QualifiedName& table, const SourceSize& size);
  // The snapshot that another session exported and still holds, for reading ranges. Throws
  // pqxx::sql_error 55P03 when somebody waits to change the table: behind him this session would
  // wait for the other one, for ever.
  SourceSnapshot(pg::Connection& source, const pg::QualifiedName& table, bool may_lock,
                 const std::string& exported);

  std::string Export();
  pgq::Snapshot Read();
  Relation ReadTable(const pg::QualifiedName& table);
  void End() { tx_.commit(); }

 private:
  void Prepare();
  pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> tx_;
};

}  // namespace londiste::copy
