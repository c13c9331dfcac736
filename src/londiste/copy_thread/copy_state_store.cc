#include "londiste/copy_thread/copy_state_store.h"

#include <algorithm>

#include "cascade/node.h"
#include "londiste/tables/left_out_columns.h"
#include "londiste/tables/merge_parts.h"
#include "londiste/tables/table_state.h"

namespace londiste::copy_thread {
namespace {

using Kind = tables::MergeState::Kind;

tables::Table LockWanted(pqxx::transaction_base& tx, const std::string& queue,
                         const std::string& table, Kind state) {
  const auto row = tables::LockTable(tx, queue, table);
  if (!row || !row->local || row->state.kind != state) throw tables::CopyNotWanted(table);
  return *row;
}

}  // namespace

void CopyStateStore::Store(pqxx::transaction_base& tx, const std::string& dropped_ddl) const {
  cascade::Require(cascade::Call(tx, "select * from londiste.local_set_table_struct($1, $2, $3)",
                                 queue_, table_,
                                 dropped_ddl.empty() ? nullptr : dropped_ddl.c_str()));
}

// Rows of another part come in a transaction that holds the table's lock and says that they are
// there, so under ours the states tell.
void CopyStateStore::CheckMayEmpty(pqxx::transaction_base& tx) const {
  for (const tables::MergePart& part : tables::ReadOtherParts(tx, queue_, table_))
    if (part.has_rows() || part.holds_structure)
      throw base::Error("could not copy table " + table_ + ": queue " + part.queue +
                            " began to fill it at the same time",
                        tables::kMergeRefusedHint);
}

void CopyStateStore::StructureDropped(pqxx::transaction_base& tx,
                                      const structure::DroppedStructure& missing) {
  LockWanted(tx, queue_, table_, Kind::kInCopy);
  Store(tx, missing.Text());
}

// Without a lock, which would be held for a whole range.
void CopyStateStore::CheckWanted(pqxx::transaction_base& tx) const {
  if (tx.exec_params("select 1 from londiste.table_info where queue_name = $1 and table_name = $2 "
                     "and local and merge_state = 'in-copy'",
                     queue_, table_)
          .empty())
    throw tables::CopyNotWanted(table_);
}

void CopyStateStore::RowsCopied(pqxx::transaction_base& tx, const pgq::Snapshot& snapshot,
                                const std::vector<std::string>& left_out, Structure structure) {
  tables::ChangeTableState(tx, queue_, table_,
                           {.to = {.kind = Kind::kCatchingUp}, .snapshot = snapshot});
  if (structure == Structure::kComplete) Store(tx, "");
  tables::StoreTableCopied(tx, queue_, table_, left_out);
  tx.exec_params("select pgq_node.set_consumer_error($1, $2, null)", queue_, consumer_);
}

void CopyStateStore::Built(pqxx::transaction_base& tx, const std::string& build) const {
  const tables::Table row = LockWanted(tx, queue_, table_, Kind::kCatchingUp);
  structure::DroppedStructure missing =
      structure::DroppedStructure::Parse(row.dropped_ddl.value_or(""));
  std::erase(missing.builds, build);
  Store(tx, missing.Text());
}

void CopyStateStore::Restored(pqxx::transaction_base& tx) const {
  LockWanted(tx, queue_, table_, Kind::kCatchingUp);
  Store(tx, "");
  tx.exec_params("select pgq_node.set_consumer_error($1, $2, null)", queue_, consumer_);
}

}  // namespace londiste::copy_thread
