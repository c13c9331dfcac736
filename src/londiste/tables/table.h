// A table of a queue as one node knows it, and the one reader of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "londiste/tables/attributes.h"
#include "londiste/tables/left_out_columns.h"
#include "londiste/tables/merge_state.h"
#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/snapshot.h"

namespace londiste::tables {

struct Table {
  std::string name{};  // on the queue, schema.table
  bool local = false;
  MergeState state{};
  std::optional<pgq::Snapshot> custom_snapshot{};
  TableAttributes attributes{};
  std::optional<std::string> dropped_ddl{};
  pg::QualifiedName dest{};  // here; the same as `name` when it was not renamed
  // Columns of the provider that are not here, and need not be. Filled by ReadTablesForApply.
  ColumnNames left_out{};

  // What its attributes say.
  bool skip_truncate() const;        // its rows stay when it is copied
  int max_parallel_copy() const;     // copies of it that may run at once when it is merged
  std::string copy_node() const;     // "" : the provider; `?` : look for one upwards
  std::string handler_text() const;  // `name(key=value&…)`; "" : the plain one
};

// londiste.get_table_list, of any version: all tables of the queue, in the order in which they were
// added; only the one of that name.
std::vector<Table> ReadTables(pqxx::transaction_base& tx, const std::string& queue);
std::optional<Table> ReadTable(pqxx::transaction_base& tx, const std::string& queue,
                               const std::string& name);
// The same with left_out.
std::vector<Table> ReadTablesForApply(pqxx::transaction_base& tx, const std::string& queue);

// From a row that has the columns of londiste.table_info or londiste.get_table_list, or some of
// them.
Table ParseTable(const pqxx::row& row);

// By its name on the queue; nullptr: not there.
const Table* FindTable(const std::vector<Table>& tables, const std::string& name);
// Names of those that are local.
std::vector<std::string> LocalNames(const std::vector<Table>& tables);

}  // namespace londiste::tables
