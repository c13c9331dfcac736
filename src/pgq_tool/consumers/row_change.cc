#include "pgq_tool/consumers/row_change.h"

#include <algorithm>
#include <stdexcept>

#include "base/error.h"
#include "base/text.h"

namespace pgq_tool::consumers {
namespace {

std::string Condition(const RowChange& change) {
  std::string condition;
  for (const std::string& key : change.keys) {
    const std::optional<std::string>& value = change.ValueOf(key);
    condition += condition.empty() ? " where " : " and ";
    condition += pg::QuoteIdent(key) + (value ? " = " + pg::QuoteLiteral(*value) : " is null");
  }
  return condition;
}

}  // namespace

bool RowChange::Is(const pgq::Event& event) {
  const std::string_view type = event.type_or_empty();
  return type.size() >= 2 && type[1] == ':' && std::string_view("IUD").find(type[0]) != type.npos;
}

RowChange RowChange::Read(const pgq::Event& event) {
  std::string_view type = event.type_or_empty();
  RowChange change;
  change.operation = static_cast<Operation>(type[0]);
  change.row = pgq::DecodeRow(event.data_or_empty());
  type.remove_prefix(2);
  while (!type.empty()) {
    std::string key(base::TakeUntil(type, ','));
    if (std::ranges::find(change.row, key, &pgq::Field::name) == change.row.end())
      throw base::Error("its row lacks column \"" + key + "\" of the key",
                        "Rows are read as pgq.logutriga writes them.");
    change.keys.push_back(std::move(key));
  }
  if (change.row.empty()) throw base::Error("its row is empty");
  return change;
}

void RowChange::Choose(const std::vector<ChosenField>& fields) {
  const auto as = [&fields](const std::string& name) {
    const auto field = std::ranges::find(fields, name, &ChosenField::name);
    return field == fields.end() ? "" : field->as;
  };
  for (std::string& key : keys) {
    const std::string name = as(key);
    if (name.empty())
      throw base::Error("setting \"fields\" leaves out column \"" + key + "\" of its key",
                        "Rows are found by it: add it to fields.");
    key = name;
  }
  for (pgq::Field& field : row) field.name = as(field.name);
  std::erase_if(row, [](const pgq::Field& field) { return field.name.empty(); });
  if (row.empty()) throw base::Error("setting \"fields\" names none of its columns");
}

bool RowChange::IsKey(const std::string& column) const {
  return std::ranges::find(keys, column) != keys.end();
}

const std::optional<std::string>& RowChange::ValueOf(const std::string& column) const {
  const auto field = std::ranges::find(row, column, &pgq::Field::name);
  if (field == row.end()) throw std::logic_error("no column " + column);
  return field->value;
}

std::string RowChange::InsertInto(const pg::QualifiedName& table) const {
  std::string columns, values;
  for (const pgq::Field& field : row) {
    columns += (columns.empty() ? "" : ", ") + pg::QuoteIdent(field.name);
    values += (values.empty() ? "" : ", ") + pg::QuoteNullable(field.value);
  }
  return "insert into " + table.Quoted() + " (" + columns + ") values (" + values + ")";
}

std::string RowChange::UpdateIn(const pg::QualifiedName& table) const {
  std::string assignments;
  for (const pgq::Field& field : row)
    if (!IsKey(field.name))
      assignments += (assignments.empty() ? "" : ", ") + pg::QuoteIdent(field.name) + " = " +
                     pg::QuoteNullable(field.value);
  if (assignments.empty()) return "";
  return "update " + table.Quoted() + " set " + assignments + Condition(*this);
}

std::string RowChange::DeleteFrom(const pg::QualifiedName& table) const {
  return "delete from " + table.Quoted() + Condition(*this);
}

std::string ColumnList(const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns)
    list += (list.empty() ? "" : ", ") + pg::QuoteIdent(column);
  return list;
}

}  // namespace pgq_tool::consumers
