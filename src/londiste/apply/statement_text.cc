#include "londiste/apply/statement_text.h"

#include "base/error.h"

namespace londiste::apply {
namespace {

std::string Parameter(std::size_t number) { return "$" + std::to_string(number); }

std::string InsertText(const RowPlan& plan) {
  const std::string start = "insert into " + plan.table->name.Quoted();
  if (plan.values.empty()) return start + " default values";
  std::string names, parameters;
  bool overriding = false;
  for (std::size_t at = 0; at < plan.values.size(); ++at) {
    names += (at == 0 ? "" : ", ") + pg::QuoteIdent(plan.values[at].column->name);
    parameters += (at == 0 ? "" : ", ") + Parameter(at + 1);
    overriding = overriding || plan.values[at].column->identity_always;
  }
  return start + " (" + names + ")" + (overriding ? " overriding system value" : "") + " values (" +
         parameters + ")";
}

// The cast gives the parameter its type where the operator would leave it open (composite types),
// and keeps char(n)'s rules.
std::string Condition(const PlannedColumn& key, std::size_t& number) {
  const std::string name = pg::QuoteIdent(key.column->name);
  if (key.is_null) return name + " is null";
  const structure::TableColumn& column = *key.column;
  if (!column.equals.empty())
    return name + " " + column.equals + " " + Parameter(++number) + "::" + column.type;
  return name + "::pg_catalog.text operator(pg_catalog.=) " + Parameter(++number) +
         "::pg_catalog.text";
}

std::string WhereText(const RowPlan& plan, std::size_t number) {
  std::string text = " where ";
  for (std::size_t at = 0; at < plan.keys.size(); ++at) {
    text += (at == 0 ? "" : " and ") + Condition(plan.keys[at], number);
  }
  return text;
}

std::string UpdateText(const RowPlan& plan) {
  std::string text = "update " + TableText(*plan.table) + " set ";
  for (std::size_t at = 0; at < plan.values.size(); ++at) {
    text += (at == 0 ? "" : ", ") + pg::QuoteIdent(plan.values[at].column->name) + " = " +
            Parameter(at + 1);
  }
  return text + WhereText(plan, plan.values.size());
}

}  // namespace

std::string TableText(const structure::TableShape& table) {
  return (table.only ? "only " : "") + table.name.Quoted();
}

std::string StatementText(const RowPlan& plan) {
  switch (plan.operation) {
    case Operation::kInsert:
      return InsertText(plan);
    case Operation::kUpdate:
      return UpdateText(plan);
    case Operation::kDelete:
      return "delete from " + TableText(*plan.table) + WhereText(plan, 0);
    case Operation::kTruncate:
      break;
  }
  throw base::Error("TRUNCATE is no change of a row");
}

std::vector<std::size_t> ParameterPlaces(const RowPlan& plan) {
  std::vector<std::size_t> places;
  for (const PlannedColumn& value : plan.values) places.push_back(value.in_event);
  for (const PlannedColumn& key : plan.keys) {
    if (!key.is_null) places.push_back(key.in_event);
  }
  return places;
}

std::string FragmentText(const structure::TableShape& table, Operation operation,
                         std::string_view fragment) {
  const std::string data(fragment);
  switch (operation) {
    case Operation::kInsert:
      return "insert into " + table.name.Quoted() + " " + data;
    case Operation::kUpdate:
      return "update " + TableText(table) + " set " + data;
    case Operation::kDelete:
      return "delete from " + TableText(table) + " where " + data;
    case Operation::kTruncate:
      break;
  }
  throw base::Error("TRUNCATE is no change of a row");
}

}  // namespace londiste::apply
