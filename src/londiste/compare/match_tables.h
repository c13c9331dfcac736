// How a table of one node is compared with that of another.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "londiste/compare/comparison.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::compare {

struct TableOfNode {
  pqxx::transaction_base& tx;
  pg::QualifiedName table;
  std::string node;            // for messages
  std::string encoding;        // of the server
  std::string condition = {};  // SQL on the columns; "": all rows
};

struct ColumnMatching {
  // Where a column of the node above goes; nullopt: nowhere. Empty: to the one of the same name.
  std::function<std::optional<std::string>(const std::string& column)> target{};
  // What becomes of its values on the way; empty where they stay. Empty: all do.
  std::function<std::function<void(std::optional<std::string>&)>(const std::string& column)>
      rewrite{};
};

// Columns that both have are compared, generated ones, too, as the type that they have below. The
// key is that of the table below: its primary key, or another one without NULLs. Throws base::Error
// when a table does not exist, no column is common, or what a value becomes below is not known.
Comparison MatchTables(const std::string& table, const TableOfNode& above, const TableOfNode& below,
                       const ColumnMatching& matching);

}  // namespace londiste::compare
