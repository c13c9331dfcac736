#include "londiste/tables/table_row.h"

#include "cascade/node.h"

namespace londiste::tables {
namespace {

std::optional<std::string> Text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

TableRow LockAndAsk(pqxx::transaction_base& tx, const std::string& queue, const std::string& table,
                    const MayChange& may_change) {
  const auto row = LockTableRow(tx, queue, table);
  if (!row || !row->local || !may_change(*row)) throw CopyNotWanted(table);
  return *row;
}

void Store(pqxx::transaction_base& tx, const std::string& queue, const std::string& table,
           const MergeState& state, const std::optional<std::string>& custom_snapshot) {
  const auto text = state.ToText();
  cascade::Require(cascade::Call(tx, "select * from londiste.local_set_table_state($1, $2, $3, $4)",
                                 queue, table, custom_snapshot ? custom_snapshot->c_str() : nullptr,
                                 text ? text->c_str() : nullptr));
}

}  // namespace

std::optional<TableRow> LockTableRow(pqxx::transaction_base& tx, const std::string& queue,
                                     const std::string& table) {
  const pqxx::result rows = tx.exec_params(
      "select local, merge_state, custom_snapshot, dropped_ddl from londiste.table_info where "
      "queue_name = $1 and table_name = $2 for update",
      queue, table);
  if (rows.empty()) return std::nullopt;
  return TableRow{rows[0][0].as<bool>(), MergeState::Parse(Text(rows[0][1])), Text(rows[0][2]),
                  Text(rows[0][3])};
}

void AwaitUnfinishedChanges(pg::Connection& connection, const std::string& queue) {
  pqxx::nontransaction tx(connection);
  tx.exec_params(
      "select 1 from londiste.table_info where queue_name = $1 and local and merge_state <> 'ok' "
      "for update",
      queue);
}

void ChangeTableState(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const MergeState& state,
                      const MayChange& may_change) {
  const TableRow row = LockAndAsk(tx, queue, table, may_change);
  Store(tx, queue, table, state, row.custom_snapshot);
}

void ChangeTableState(pqxx::transaction_base& tx, const std::string& queue,
                      const std::string& table, const MergeState& state,
                      const std::optional<std::string>& custom_snapshot,
                      const MayChange& may_change) {
  LockAndAsk(tx, queue, table, may_change);
  Store(tx, queue, table, state, custom_snapshot);
}

}  // namespace londiste::tables
