#include "londiste/apply/row_plan.h"

#include <algorithm>
#include <map>

#include "base/error.h"

namespace londiste::apply {
namespace {

// Of a name that comes twice, the last value counts.
std::map<std::string_view, std::size_t> LastPlaces(const RowEvent& row, std::size_t end) {
  std::map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < end; ++at) places[row.columns()[at].name] = at;
  return places;
}
std::map<std::string_view, std::size_t> LastPlaces(const RowEvent& row) {
  return LastPlaces(row, row.columns().size());
}

bool IsKey(const RowEvent& row, std::string_view name) {
  return std::ranges::find(row.keys(), name) != row.keys().end();
}

std::vector<PlannedColumn> PlanKeys(const structure::TableShape& table, const RowEvent& row) {
  if (row.keys().empty()) throw base::Error("the event has no key");
  const auto places = LastPlaces(row);
  std::vector<PlannedColumn> keys;
  for (const std::string_view name : row.keys()) {
    const auto place = places.find(name);
    if (place == places.end())
      throw base::Error("the event has no value for key column \"" + std::string(name) + "\"");
    const structure::TableColumn* column = table.Find(name);
    if (column == nullptr)
      throw base::Error("key column \"" + std::string(name) + "\" does not exist in the table");
    keys.push_back({place->second, column, row.columns()[place->second].value == nullptr});
  }
  return keys;
}

// An insert needs no key; it is known where the trigger names it.
std::vector<PlannedColumn> KeysIfKnown(const structure::TableShape& table, const RowEvent& row) {
  const auto places = LastPlaces(row);
  std::vector<PlannedColumn> keys;
  for (const std::string_view name : row.keys()) {
    const auto place = places.find(name);
    const structure::TableColumn* column = table.Find(name);
    if (place == places.end() || column == nullptr) return {};
    keys.push_back({place->second, column, false});
  }
  return keys;
}

// Generated columns are the server's business on either side. An identity ALWAYS column takes a
// given value in INSERT (overriding system value) but never in UPDATE. A key that an update leaves
// as it is may still be written in another way (1.0 and 1.00).
bool Writable(const structure::TableColumn& column, const RowEvent& row, Operation operation) {
  if (column.generated) return false;
  if (operation != Operation::kUpdate) return true;
  if (column.identity_always) return false;
  return row.changes_key() || !column.exact || !IsKey(row, column.name);
}

std::vector<PlannedColumn> PlanValues(const structure::TableShape& table, const RowEvent& row,
                                      Operation operation) {
  const auto places =
      operation == Operation::kUpdate ? LastPlaces(row, row.condition_start()) : LastPlaces(row);
  std::vector<PlannedColumn> values;
  for (const structure::TableColumn& column : table.columns) {
    const auto place = places.find(column.name);
    if (place == places.end() || !Writable(column, row, operation)) continue;
    values.push_back({place->second, &column, false});
  }
  return values;
}

void PutKeysFirst(const std::vector<PlannedColumn>& keys, std::vector<PlannedColumn>& columns) {
  auto place = columns.begin();
  for (const PlannedColumn& key : keys) {
    const auto found = std::find_if(place, columns.end(), [&](const PlannedColumn& column) {
      return column.column == key.column;
    });
    if (found != columns.end()) std::rotate(place++, found, found + 1);
  }
}

}  // namespace

void AppendSignature(std::string& out, const RowEvent& row) {
  out += OperationLetter(row.operation());
  for (const RowColumn& column : row.columns()) {
    out += '\0';
    out += column.name;
    const bool null_key =
        column.value == nullptr && row.operation() != Operation::kInsert && IsKey(row, column.name);
    if (null_key) out += '\1';
  }
  out += row.changes_key() ? '\3' : '\2';
  for (const std::string_view key : row.keys()) {
    out += '\0';
    out += key;
  }
}

RowPlan MakeRowPlan(std::int64_t id, std::shared_ptr<const structure::TableShape> table,
                    const RowEvent& row) {
  RowPlan plan;
  plan.id = id;
  plan.operation = row.operation();
  plan.changes_key = row.changes_key();
  if (plan.operation != Operation::kInsert) plan.keys = PlanKeys(*table, row);
  if (plan.operation != Operation::kDelete) {
    plan.values = PlanValues(*table, row, plan.operation);
    plan.whole_row = PlanValues(*table, row, Operation::kInsert);
  }
  plan.row_keys = plan.operation == Operation::kInsert ? KeysIfKnown(*table, row) : plan.keys;
  PutKeysFirst(plan.row_keys, plan.whole_row);
  plan.table = std::move(table);
  return plan;
}

std::vector<std::string> ColumnsNotInTable(const structure::TableShape& table,
                                           const RowEvent& row) {
  std::vector<std::string> missing;
  for (const RowColumn& column : row.columns()) {
    if (table.Find(column.name) == nullptr) missing.emplace_back(column.name);
  }
  return missing;
}

}  // namespace londiste::apply
