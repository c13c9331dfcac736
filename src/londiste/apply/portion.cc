#include "londiste/apply/portion.h"

#include <map>

#include "londiste/apply/ordered_writer.h"
#include "londiste/apply/row_event.h"

namespace londiste::apply {
namespace {

void Count(Operation operation, ApplyStats& counts) {
  switch (operation) {
    case Operation::kInsert:
      ++counts.inserted;
      break;
    case Operation::kUpdate:
      ++counts.updated;
      break;
    case Operation::kDelete:
      ++counts.deleted;
      break;
    case Operation::kTruncate:
      break;
  }
}

// False: these events must be written in order.
bool Fold(TableSet& set, PlanCache& plans, RowEvent& row) {
  for (const Piece::Row* at : set.rows) {
    DecodeRow(row, at->event, *set.table);
    if (row.is_raw_sql() || row.operation() == Operation::kTruncate) return false;
    const RowPlan* plan = nullptr;
    try {
      plan = &plans.PlanFor(*set.table, row);
    } catch (const base::Error&) {
      return false;  // found again, and told, when it is written
    }
    Count(row.operation(), set.counts);
    if (!plan->no_effect() && !set.net.Add(*plan, row)) return false;
  }
  return true;
}

}  // namespace

void FoldSets(Portion& portion, PlanCache& plans, std::size_t set_rows) {
  portion.sets.clear();
  if (portion.piece.rows().size() < set_rows) return;
  std::map<CachedTable*, std::vector<Piece::Row*>> by_table;
  for (Piece::Row& row : portion.piece.rows()) by_table[row.table].push_back(&row);
  RowEvent row;
  for (auto& [table, rows] : by_table) {
    if (rows.size() < set_rows || table->shape()->row_by_row || !table->MayTrySet()) continue;
    portion.sets.push_back({table, table->shape(), std::move(rows), {}, {}});
    if (Fold(portion.sets.back(), plans, row)) continue;
    table->SetFailed();
    portion.sets.pop_back();
  }
}

}  // namespace londiste::apply
