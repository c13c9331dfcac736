// Which columns of a table are copied: those that both sides have, generated ones of the target
// left out, and virtual ones of the source, which no event could keep up to date.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "londiste/handlers/handler.h"
#include "londiste/structure/page_ranges.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::copy {

struct CopyColumn {
  std::string name;
  bool generated = false;
  unsigned type = 0;        // pg_type.oid
  bool is_virtual = false;  // generated whenever it is read
  bool in_key = false;      // of the primary key
};

struct Relation {
  pg::QualifiedName name;
  char kind = 'r';  // pg_class.relkind: r table, p partitioned
  std::vector<CopyColumn> columns;
};

// Throws base::Error `table "…" does not exist in <where>`.
Relation ReadRelation(pqxx::transaction_base& tx, const pg::QualifiedName& name,
                      const std::string& where);

struct ColumnPlan {
  std::vector<std::string> columns;                   // of the source, in its order
  std::vector<std::string> target_columns;            // where each of them goes
  std::vector<std::string> only_source, only_target;  // to warn of
  std::vector<std::string> only_virtual;  // also to warn of: virtual there, not generated here
  std::string CopyOutSql(const Relation& source) const;
  std::string CopyOutSql(const Relation& source, const structure::PageRange& range) const;
  // `freeze`: the table was emptied in the same transaction.
  std::string CopyInSql(const Relation& target, bool freeze) const;
  bool needs_query =
      false;  // COPY (select …): the source is not a plain table, or a column is generated there
  std::string condition{};  // of the rows; "": all
  bool binary = false;      // every column has the same built-in scalar type on both sides
  // For each column what becomes of its values; an empty function, or none at all: they stay.
  std::vector<std::function<void(std::optional<std::string>&)>> rewrites{};
  bool rewrites_rows() const { return !rewrites.empty(); }
};

// Throws base::Error when no column is common.
// `selection`: rows and columns that the table's handler asks for.
ColumnPlan MatchColumns(const Relation& source, const Relation& target,
                        const handlers::CopySelection& selection = {});

}  // namespace londiste::copy
