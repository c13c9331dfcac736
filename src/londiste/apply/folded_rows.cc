#include "londiste/apply/folded_rows.h"

#include <algorithm>
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

// Staging tables pay for so many times as many rows only.
bool AreMany(std::size_t rows, const structure::TableShape& shape, std::size_t set_rows) {
  constexpr std::size_t kStage = 10;
  return rows >= (std::ranges::all_of(shape.columns, &structure::TableColumn::has_array)
                      ? set_rows
                      : kStage * set_rows);
}

// False: these events must be written in order.
bool Fold(TableSet& set, PlanCache& plans, RowEvent& row) {
  for (const BufferedRows::Row* at : set.rows) {
    DecodeHeldEvent(row, at->event, *set.table);
    if (row.is_raw_sql() || row.operation() == Operation::kTruncate) return false;
    const RowPlan* plan = nullptr;
    try {
      plan = &plans.PlanFor(*set.table, row);
    } catch (const base::Error&) {
      return false;  // found again, and told, when it is written
    }
    if (!at->event.may_miss) Count(row.operation(), set.counts);
    if (!plan->no_effect() && !set.net.Add(*plan, row, at->event.may_miss)) return false;
  }
  return true;
}

}  // namespace

void FoldSets(FoldedRows& folded, PlanCache& plans, std::size_t set_rows) {
  folded.sets.clear();
  if (folded.buffered.rows().size() < set_rows) return;
  std::map<CachedTable*, std::vector<BufferedRows::Row*>> by_table;
  for (BufferedRows::Row& row : folded.buffered.rows()) by_table[row.table].push_back(&row);
  RowEvent row;
  for (auto& [table, rows] : by_table) {
    if (!AreMany(rows.size(), *table->shape(), set_rows) || table->shape()->row_by_row ||
        !table->MayTrySet())
      continue;
    folded.sets.push_back({table, table->shape(), std::move(rows), {}, {}});
    if (Fold(folded.sets.back(), plans, row)) continue;
    table->SetFailed();
    folded.sets.pop_back();
  }
}

}  // namespace londiste::apply
