// The row of one table in londiste.table_info, read and changed under its lock: a copy never
// overwrites what an administrator, or a copy before it, did.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "londiste/tables/table_list.h"

namespace londiste::tables {

// Somebody removed the table, or asked for a new copy, while this one was under way.
class CopyNotWanted : public base::Error {
 public:
  explicit CopyNotWanted(const std::string& table)
      : Error("copy of table " + table + " is not wanted any more") {}
};

struct TableRow {
  bool local = false;
  MergeState state;
  std::optional<std::string> custom_snapshot, dropped_ddl;
};

// Waits for whoever is changing the row. nullopt: not registered.
std::optional<TableRow> LockTableRow(pqxx::transaction_base& tx, const std::string& queue,
                                     const std::string& table);

// Waits until nobody has changes of these tables under way, e.g. the last commit of a session whose
// client was killed. In a transaction of its own.
void AwaitUnfinishedChanges(pg::Connection& connection, const std::string& queue);

using MayChange = std::function<bool(const TableRow&)>;
// Sets the state when `may_change` agrees to the row as it is now; throws CopyNotWanted otherwise.
// The first keeps the snapshot.
void ChangeTableState(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const MergeState& state,
                      const MayChange& may_change);
void ChangeTableState(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const MergeState& state,
                      const std::optional<std::string>& custom_snapshot,
                      const MayChange& may_change);

}  // namespace londiste::tables
