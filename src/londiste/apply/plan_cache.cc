#include "londiste/apply/plan_cache.h"

#include <utility>

namespace londiste::apply {

void CachedTable::SetShape(TableShape shape) {
  doubtful_ = false;
  if (shape_ && *shape_ == shape) return;
  shape_ = std::make_shared<const TableShape>(std::move(shape));
  plans_.clear();
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
    if (!found->second.complete) table.Doubt();
    return found->second.plan;
  }
  CachedTable::Plan made{MakeRowPlan(next_id_++, table.shape_, row), true};
  const auto missing = ColumnsNotInTable(*table.shape_, row);
  if (!missing.empty()) {
    made.complete = false;
    table.Doubt();
    WarnOfColumns(table, missing);
  }
  ++plan_count_;
  return table.plans_.emplace(signature_, std::move(made)).first->second.plan;
}

void PlanCache::StartBatch() {
  for (auto& [name, table] : tables_) table.StartBatch();
}

void PlanCache::WarnOfColumns(const CachedTable& table, const std::vector<std::string>& columns) {
  std::string names;
  for (const std::string& column : columns)
    names += (names.empty() ? "\"" : ", \"") + column + "\"";
  const std::string line = "table \"" + table.name().ToString() + "\" has no column " + names +
                           ": left out, the common columns are replicated";
  if (warned_.insert(line).second) warn_(line);
}

}  // namespace londiste::apply
