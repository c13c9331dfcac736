#include "londiste/tables/table_state.h"

#include "cascade/node.h"

namespace londiste::tables {
namespace {

using Needs = StateTransition::Needs;

bool HasWhatIsNeeded(Needs needs, const Table& row, const StateChange& change) {
  switch (needs) {
    case Needs::kSameSnapshot:
      return row.custom_snapshot && row.custom_snapshot == change.snapshot;
    case Needs::kSameTick:
      return row.state.tick == change.tick;
    case Needs::kNoCopy:
      return !change.snapshot && !change.tick;
    case Needs::kNothing:
      break;
  }
  return true;
}

std::optional<pgq::Snapshot> SnapshotAfter(StateTransition::Snapshot rule, const Table& row,
                                           const StateChange& change) {
  switch (rule) {
    case StateTransition::Snapshot::kKept:
      return row.custom_snapshot;
    case StateTransition::Snapshot::kStored:
      return change.snapshot;
    case StateTransition::Snapshot::kCleared:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Table> LockTable(pqxx::transaction_base& tx, const std::string& queue,
                               const std::string& table) {
  const pqxx::result rows = tx.exec_params(
      "select * from londiste.table_info where queue_name = $1 and table_name = $2 for update",
      queue, table);
  if (rows.empty()) return std::nullopt;
  return ParseTable(rows[0]);
}

void AwaitUnfinishedChanges(pg::Connection& connection, const std::string& queue) {
  pqxx::nontransaction tx(connection);
  tx.exec_params(
      "select 1 from londiste.table_info where queue_name = $1 and local and merge_state <> 'ok' "
      "for update",
      queue);
}

void ChangeTableState(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const StateChange& change) {
  const auto row = LockTable(tx, queue, table);
  if (!row || !row->local) throw CopyNotWanted(table);
  const StateTransition* transition = FindTransition(row->state.kind, change.to.kind, change.actor);
  if (!transition || !HasWhatIsNeeded(transition->needs, *row, change)) throw CopyNotWanted(table);
  const auto text = change.to.ToText();
  const auto snapshot = SnapshotAfter(transition->snapshot, *row, change);
  const std::string snapshot_text = snapshot ? snapshot->ToString() : "";
  cascade::Require(cascade::Call(tx, "select * from londiste.local_set_table_state($1, $2, $3, $4)",
                                 queue, table, snapshot ? snapshot_text.c_str() : nullptr,
                                 text ? text->c_str() : nullptr));
}

}  // namespace londiste::tables
