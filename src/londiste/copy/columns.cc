#include "londiste/copy/columns.h"

#include <algorithm>

#include "base/error.h"

namespace londiste::copy {
namespace {

const Column* Find(const Relation& relation, const std::string& name) {
  const auto found = std::ranges::find(relation.columns, name, &Column::name);
  return found == relation.columns.end() ? nullptr : &*found;
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + pg::QuoteIdent(name);
  return list;
}

}  // namespace

Relation ReadRelation(pqxx::transaction_base& tx, const pg::QualifiedName& name,
                      const std::string& where) {
  const pqxx::result rows = tx.exec_params(
      "select c.relkind, a.attname, a.attgenerated <> '' as generated "
      "from pg_catalog.pg_class c "
      "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
      "left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not "
      "a.attisdropped "
      "where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p') order by a.attnum",
      name.schema, name.name);
  if (rows.empty())
    throw base::Error("table \"" + name.ToString() + "\" does not exist in " + where);
  Relation relation{name, rows[0][0].c_str()[0], {}};
  for (const pqxx::row& row : rows)
    if (!row[1].is_null())
      relation.columns.push_back({row[1].as<std::string>(), row[2].as<bool>()});
  return relation;
}

ColumnPlan MatchColumns(const Relation& source, const Relation& target) {
  ColumnPlan plan;
  plan.needs_query = source.kind != 'r';
  for (const Column& column : source.columns) {
    const Column* there = Find(target, column.name);
    if (!there) {
      plan.only_source.push_back(column.name);
    } else if (!there->generated) {
      plan.columns.push_back(column.name);
      plan.needs_query = plan.needs_query || column.generated;
    }
  }
  for (const Column& column : target.columns)
    if (!column.generated && !Find(source, column.name)) plan.only_target.push_back(column.name);
  if (plan.columns.empty())
    throw base::Error("table \"" + target.name.ToString() +
                      "\" has no column in common with the provider's \"" + source.name.ToString() +
                      "\"");
  return plan;
}

std::string ColumnPlan::CopyOutSql(const Relation& source) const {
  const std::string list = QuotedList(columns);
  if (!needs_query) return "copy " + source.name.Quoted() + " (" + list + ") to stdout";
  return "copy (select " + list + " from " + (source.kind == 'r' ? "only " : "") +
         source.name.Quoted() + ") to stdout";
}

std::string ColumnPlan::CopyInSql(const Relation& target, bool freeze) const {
  return "copy " + target.name.Quoted() + " (" + QuotedList(columns) + ") from stdin" +
         (freeze ? " with (freeze)" : "");
}

}  // namespace londiste::copy
