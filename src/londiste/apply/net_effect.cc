#include "londiste/apply/net_effect.h"

#include <algorithm>

#include "pg/copy.h"

namespace londiste::apply {
namespace {

std::vector<const structure::TableColumn*> ColumnsOf(const std::vector<PlannedColumn>& planned) {
  std::vector<const structure::TableColumn*> columns;
  for (const PlannedColumn& column : planned) columns.push_back(column.column);
  return columns;
}

}  // namespace

// All rows must have the same key columns, and those with values the same columns.
bool NetEffect::TakeShape(const RowPlan& plan) {
  // A key that changes may pass through one that another row has had or will have: in order.
  if (plan.row_keys.empty() || plan.changes_key) return false;
  const std::vector<const structure::TableColumn*> keys = ColumnsOf(plan.row_keys);
  if (keys_.empty()) {
    if (!std::ranges::all_of(keys, [](const structure::TableColumn* key) { return key->foldable; }))
      return false;
    keys_ = keys;
  }
  if (keys != keys_) return false;
  if (plan.operation == Operation::kDelete) return true;
  const std::vector<const structure::TableColumn*> columns = ColumnsOf(plan.whole_row);
  if (columns_.empty()) columns_ = columns;
  return columns == columns_ && columns.size() >= keys_.size() &&
         std::equal(keys_.begin(), keys_.end(), columns.begin());
}

NetEffect::Place NetEffect::Append(const std::vector<PlannedColumn>& columns, const RowEvent& row) {
  const std::size_t start = text_.size();
  for (const PlannedColumn& column : columns) {
    if (&column != columns.data()) text_ += '\t';
    const char* value = row.columns()[column.in_event].value;
    pg::AppendCopyText(text_,
                       value == nullptr ? std::nullopt : std::optional<std::string_view>(value));
  }
  return {start, text_.size() - start};
}

bool NetEffect::Add(const RowPlan& plan, const RowEvent& row, bool may_miss) {
  if (plan.id != last_plan_ && !TakeShape(plan)) return false;
  last_plan_ = plan.id;
  const Place key = Append(plan.row_keys, row);
  key_.assign(Text(key));
  for (const PlannedColumn& column : plan.row_keys)
    if (row.columns()[column.in_event].value == nullptr) return false;
  const auto [place, is_new] = places_.try_emplace(key_, nets_.size());
  if (is_new) {
    nets_.push_back({key,
                     {},
                     plan.operation != Operation::kInsert,
                     plan.operation != Operation::kInsert,
                     false,
                     may_miss});
  } else {
    text_.resize(key.start);
  }
  Net& net = nets_[place->second];
  if (net.is_there == (plan.operation == Operation::kInsert)) return may_miss && !net.is_there;
  net.is_there = plan.operation != Operation::kDelete;
  if (net.is_there)
    net.row = Append(plan.whole_row, row);
  else
    net.was_deleted = true;
  return true;
}

NetEffect::Kind NetEffect::KindOf(const Net& net) {
  if (!net.is_there) return net.was_there ? Kind::kDelete : Kind::kNothing;
  if (!net.was_there) return Kind::kInsert;
  return net.was_deleted ? Kind::kReplace : Kind::kUpdate;
}

NetEffect::Counts NetEffect::Count() const {
  Counts counts;
  for (const Net& net : nets_) {
    if (net.may_miss) ++counts.may_miss;
    switch (KindOf(net)) {
      case Kind::kInsert:
        ++counts.inserts;
        break;
      case Kind::kUpdate:
        ++counts.updates;
        break;
      case Kind::kDelete:
        ++counts.deletes;
        break;
      case Kind::kReplace:
        ++counts.replaces;
        break;
      case Kind::kNothing:
        ++counts.nothings;
        break;
    }
  }
  return counts;
}

}  // namespace londiste::apply
