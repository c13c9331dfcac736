#include "londiste/sync/copy_marks.h"

#include <algorithm>

#include "cascade/node.h"
#include "londiste/sync/left_out_columns.h"
#include "londiste/sync/table_state.h"

namespace londiste::sync {
namespace {

using Kind = MergeState::Kind;

TableRow LockWanted(pqxx::transaction_base& tx, const std::string& queue, const std::string& table,
                    Kind state) {
  const auto row = LockTableRow(tx, queue, table);
  if (!row || !row->local || row->state.kind != state) throw CopyNotWanted(table);
  return *row;
}

}  // namespace

void CopyMarks::Store(pqxx::transaction_base& tx, const std::string& dropped_ddl) const {
  cascade::Require(cascade::Call(tx, "select * from londiste.local_set_table_struct($1, $2, $3)",
                                 queue_, table_,
                                 dropped_ddl.empty() ? nullptr : dropped_ddl.c_str()));
}

void CopyMarks::StructureDropped(pqxx::transaction_base& tx,
                                 const copy::DroppedStructure& missing) {
  LockWanted(tx, queue_, table_, Kind::kInCopy);
  Store(tx, missing.Text());
}

// Without a lock, which would be held for a whole range.
void CopyMarks::CheckWanted(pqxx::transaction_base& tx) const {
  if (tx.exec_params("select 1 from londiste.table_info where queue_name = $1 and table_name = $2 "
                     "and local and merge_state = 'in-copy'",
                     queue_, table_)
          .empty())
    throw CopyNotWanted(table_);
}

void CopyMarks::RowsCopied(pqxx::transaction_base& tx, const pgq::Snapshot& snapshot,
                           const std::vector<std::string>& left_out, Structure structure) {
  ChangeTableState(tx, queue_, table_, {Kind::kCatchingUp, {}}, snapshot.ToString(),
                   [](const TableRow& now) { return now.state.kind == Kind::kInCopy; });
  if (structure == Structure::kComplete) Store(tx, "");
  StoreTableCopied(tx, queue_, table_, left_out);
  tx.exec_params("select pgq_node.set_consumer_error($1, $2, null)", queue_, consumer_);
}

void CopyMarks::Built(pqxx::transaction_base& tx, const std::string& build) const {
  const TableRow row = LockWanted(tx, queue_, table_, Kind::kCatchingUp);
  copy::DroppedStructure missing = copy::DroppedStructure::Parse(row.dropped_ddl.value_or(""));
  std::erase(missing.builds, build);
  Store(tx, missing.Text());
}

void CopyMarks::Restored(pqxx::transaction_base& tx) const {
  LockWanted(tx, queue_, table_, Kind::kCatchingUp);
  Store(tx, "");
  tx.exec_params("select pgq_node.set_consumer_error($1, $2, null)", queue_, consumer_);
}

}  // namespace londiste::sync
