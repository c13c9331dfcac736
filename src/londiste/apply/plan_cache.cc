#include "londiste/apply/plan_cache.h"

#include <algorithm>
#include <utility>

#include "pg/quote.h"

namespace londiste::apply {
namespace {

std::optional<bool> LooksWithoutIndex(const RowPlan& plan) {
  if (plan.keys.empty()) return std::nullopt;
  return plan.table->is_table && std::ranges::none_of(plan.keys, [&](const PlannedColumn& key) {
           return plan.table->index_leads.contains(key.column->name);
         });
}

}  // namespace

void CachedTable::SetShape(structure::TableShape shape) {
  must_reload_ = false;
  if (shape_ && *shape_ == shape) return;
  shape_ = std::make_shared<const structure::TableShape>(std::move(shape));
  plans_.clear();
}

void CachedTable::SetTarget(const tables::Table& target) {
  if (queue_name_ != target.name) queue_name_ = target.name;
  if (left_out_ != target.left_out) left_out_ = target.left_out;
}

CachedTable& PlanCache::Table(const pg::QualifiedName& name) {
  const auto found = tables_.find(name);
  if (found != tables_.end()) return found->second;
  return tables_.emplace(name, CachedTable(name)).first->second;
}

const RowPlan& PlanCache::PlanFor(CachedTable& table, const RowEvent& row) {
  signature_.clear();
  AppendSignature(signature_, row);
  const auto found = table.plans_.find(signature_);
  if (found != table.plans_.end()) {
    CheckColumns(table, found->second.not_here);
    CheckIndex(table, found->second.without_index);
    return found->second.plan;
  }
  CachedTable::Plan made{MakeRowPlan(next_id_++, table.shape_, row), {}, {}};
  made.without_index = LooksWithoutIndex(made.plan);
  // A row goes by its key, whatever else it had.
  if (row.operation() != Operation::kDelete) made.not_here = ColumnsNotInTable(*table.shape_, row);
  CheckColumns(table, made.not_here);
  CheckIndex(table, made.without_index);
  ++plan_count_;
  return table.plans_.emplace(signature_, std::move(made)).first->second.plan;
}

// An index may be made at any time, so such a table is looked at again in each batch.
void PlanCache::CheckIndex(CachedTable& table, std::optional<bool> without_index) {
  if (without_index == true) table.MarkStale();
  if (!without_index || table.without_index_ == without_index) return;
  table.without_index_ = without_index;
  index_news_.emplace_back(table.queue_name(), *without_index);
}

void PlanCache::StartBatch() {
  for (auto& [name, table] : tables_) table.StartBatch();
}

void PlanCache::CheckColumns(CachedTable& table, const std::vector<std::string>& not_here) const {
  if (not_here.empty()) return;
  table.MarkStale();
  for (const std::string& column : not_here) {
    if (table.left_out_.contains(column)) continue;
    throw UnknownColumn(
        "column \"" + column + "\" does not exist here",
        "Add the column to \"" + table.name().ToString() +
            "\" in this database: replication then continues by itself, and nothing is lost. To "
            "leave the column out here: select londiste.local_leave_out_column(" +
            pg::QuoteLiteral(queue_) + ", " + pg::QuoteLiteral(table.queue_name()) + ", " +
            pg::QuoteLiteral(column) + ")");
  }
}

}  // namespace londiste::apply
