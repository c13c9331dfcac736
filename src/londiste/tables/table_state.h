// The row of one table in londiste.table_info, read and changed under its lock: a copy never
// overwrites what an administrator, or a copy before it, did.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "londiste/tables/table.h"

namespace londiste::tables {

// Somebody removed the table, or asked for a new copy, while this one was under way.
class CopyNotWanted : public base::Error {
 public:
  explicit CopyNotWanted(const std::string& table)
      : Error("copy of table " + table + " is not wanted any more") {}
};

// Waits for whoever is changing the row. nullopt: not registered.
std::optional<Table> LockTable(pqxx::transaction_base& tx, const std::string& queue,
                               const std::string& table);

// Waits until nobody has changes of these tables under way, e.g. the last commit of a session whose
// client was killed. In a transaction of its own.
void AwaitUnfinishedChanges(pg::Connection& connection, const std::string& queue);

struct StateChange {
  MergeState to{};
  StateTransition::Actor actor = StateTransition::Actor::kCopy;
  // Where the transition stores a snapshot: this one. Where it needs the same snapshot: the one
  // that the row must hold.
  std::optional<pgq::Snapshot> snapshot{};
  // Where it needs the same tick.
  std::optional<pgq::TickId> tick{};
};
// Throws CopyNotWanted unless the table is local and StateTransitions() has that change from the
// state in which the row is now.
void ChangeTableState(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const StateChange& change);

}  // namespace londiste::tables
