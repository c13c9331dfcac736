// What a target table looks like, as far as writing rows is concerned.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::apply {

struct TableColumn {
  std::string name;
  std::string type;        // for casts: `bpchar`, `integer[]`, `vendas.cor`
  bool generated = false;  // generated always as (...) stored: never written
  bool identity_always = false;
  bool has_equality = true;  // json, xml, point, ... are compared as text
  bool foldable = false;     // equal values have equal text, whoever wrote them
  friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

struct TableShape {
  pg::QualifiedName name;
  bool only = true;  // an ordinary table: its children are tables of their own. Partitioned tables,
                     // views and foreign tables are written without ONLY
  // Each row must come by itself and in order: enabled replica or always triggers (those of foreign
  // keys, too), rules, a view, a foreign table.
  bool row_by_row = false;
  double rows = -1;  // as the planner last heard; -1: never
  // Column lists of its unique indexes, each sorted by name.
  std::vector<std::vector<std::string>> unique_keys;
  std::vector<TableColumn> columns;

  // nullptr: there is no such column.
  const TableColumn* Find(std::string_view column) const;
  // `rows` changes all the time and makes no other shape.
  friend bool operator==(const TableShape& a, const TableShape& b) {
    return a.name == b.name && a.only == b.only && a.row_by_row == b.row_by_row &&
           a.unique_keys == b.unique_keys && a.columns == b.columns;
  }
};

// Reads the catalog on the session, in one round trip however many tables. A table that does not
// exist has no entry.
std::map<pg::QualifiedName, TableShape> LoadTableShapes(pg::Connection& connection,
                                                        std::span<const pg::QualifiedName> names);

}  // namespace londiste::apply
