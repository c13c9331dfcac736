// What a target table looks like, as far as writing rows is concerned.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

struct TableColumn {
  std::string name;
  std::string type;        // for casts, with its schema: `pg_catalog.bpchar`, `vendas.cor`
  bool generated = false;  // generated always as (...) stored: never written
  bool identity_always = false;
  // The operator that tells whether two values are equal, with its schema: that of the unique index
  // it is in, else of its type. "" for types that have none (json, xml, point, ...): compared as
  // text.
  std::string equals = "operator(pg_catalog.=)";
  bool exact = true;      // equal values are the same bytes; not so numeric, citext, jsonb, ...
  bool foldable = false;  // equal values have equal text, whoever wrote them
  bool has_array = true;  // there are arrays of its type, with commas between elements
  friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

struct TableShape {
  pg::QualifiedName name;
  bool only = true;  // an ordinary table: its children are tables of their own. Partitioned tables,
                     // views and foreign tables are written without ONLY
  bool is_table = true;  // no view and no foreign table: it may have indexes
  // Each row must come by itself and in order: enabled replica or always triggers (those of foreign
  // keys, too), rules, a view, a foreign table.
  bool row_by_row = false;
  // Some of these triggers may wait until the end of the transaction: foreign keys, exclusion
  // constraints.
  bool deferrable = false;
  double rows = -1;  // as the planner last heard; -1: never
  // Column lists of its unique indexes, each sorted by name.
  std::vector<std::vector<std::string>> unique_keys;
  std::set<std::string> index_leads;  // columns that some index begins with
  std::vector<TableColumn> columns;

  // nullptr: there is no such column.
  const TableColumn* Find(std::string_view column) const;
  // `rows` changes all the time and makes no other shape.
  friend bool operator==(const TableShape& a, const TableShape& b) {
    return a.name == b.name && a.only == b.only && a.is_table == b.is_table &&
           a.row_by_row == b.row_by_row && a.deferrable == b.deferrable &&
           a.unique_keys == b.unique_keys && a.index_leads == b.index_leads &&
           a.columns == b.columns;
  }
};

// Reads the catalog on the session, in one round trip however many tables. A table that does not
// exist has no entry.
std::map<pg::QualifiedName, TableShape> LoadTableShapes(pg::Connection& connection,
                                                        std::span<const pg::QualifiedName> names);

}  // namespace londiste::structure
