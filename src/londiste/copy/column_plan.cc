#include "londiste/copy/column_plan.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace londiste::copy {
namespace {

const CopyColumn* Find(const Relation& relation, const std::string& name) {
  const auto found = std::ranges::find(relation.columns, name, &CopyColumn::name);
  return found == relation.columns.end() ? nullptr : &*found;
}

// Types whose binary form is the same in all server versions, needs no catalog to be read, and
// costs less than text. Not here, on purpose: reg* (oids, which mean something else on the other
// server), money (lc_monetary), arrays, composites, domains and whatever an extension brings.
constexpr auto kBinaryTypes = std::to_array<unsigned>({
    16,                            // bool
    17,                            // bytea
    18,                            // "char"
    20,   21,   23,                // bigint, smallint, integer
    25,   1042, 1043,              // text, character, character varying
    114,  3802,                    // json, jsonb
    650,  869,  829,               // cidr, inet, macaddr
    700,  701,  1700,              // real, double precision, numeric
    1082, 1083, 1266, 1114, 1184,  // date, time, timetz, timestamp, timestamptz
    1186,                          // interval
    1560, 1562,                    // bit, bit varying
    2950,                          // uuid
});

bool SameBinaryForm(const CopyColumn& left, const CopyColumn& right) {
  return left.type == right.type &&
         std::ranges::find(kBinaryTypes, left.type) != kBinaryTypes.end();
}

std::string QuotedList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + pg::QuoteIdent(name);
  return list;
}

std::string To(bool binary) { return binary ? " to stdout with (format binary)" : " to stdout"; }

}  // namespace

Relation ReadRelation(pqxx::transaction_base& tx, const pg::QualifiedName& name,
                      const std::string& where) {
  const pqxx::result rows = tx.exec_params(
      "select c.relkind, a.attname, a.attgenerated <> '' as generated, a.atttypid, "
      "a.attgenerated = 'v', coalesce(a.attnum = any (i.indkey), false) "
      "from pg_catalog.pg_class c "
      "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
      "left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary "
      "left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not "
      "a.attisdropped "
      "where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p') order by a.attnum",
      name.schema, name.name);
  if (rows.empty())
    throw base::Error("table \"" + name.ToString() + "\" does not exist in " + where);
  Relation relation{name, rows[0][0].c_str()[0], {}};
  for (const pqxx::row& row : rows)
    if (!row[1].is_null())
      relation.columns.push_back({row[1].as<std::string>(), row[2].as<bool>(),
                                  row[3].as<unsigned>(), row[4].as<bool>(), row[5].as<bool>()});
  return relation;
}

ColumnPlan MatchColumns(const Relation& source, const Relation& target,
                        const handlers::CopySelection& selection) {
  ColumnPlan plan;
  plan.condition = selection.condition;
  plan.needs_query = source.kind != 'r' || !selection.condition.empty();
  plan.binary = true;
  std::vector<std::string> offered;
  bool rewrites = false;
  for (const CopyColumn& column : source.columns) {
    const auto goes_into =
        selection.target_column ? selection.target_column(column.name) : std::optional(column.name);
    if (!goes_into) continue;
    offered.push_back(*goes_into);
    handlers::ColumnRewrite rewrite;
    if (selection.rewrite) rewrite = selection.rewrite(column.name);
    if (rewrite.leave_out) continue;
    const CopyColumn* there = Find(target, *goes_into);
    if (!there) {
      plan.only_source.push_back(column.name);
    } else if (there->generated) {
      continue;
    } else if (column.is_virtual) {
      plan.only_virtual.push_back(column.name);
    } else {
      plan.columns.push_back(column.name);
      plan.target_columns.push_back(*goes_into);
      rewrites = rewrites || rewrite.value;
      plan.rewrites.push_back(std::move(rewrite.value));
      plan.binary = plan.binary && SameBinaryForm(column, *there);
      plan.needs_query = plan.needs_query || column.generated;
    }
  }
  for (const CopyColumn& column : target.columns)
    if (!column.generated && std::ranges::find(offered, column.name) == offered.end())
      plan.only_target.push_back(column.name);
  if (rewrites)
    plan.binary = false;
  else
    plan.rewrites.clear();
  if (plan.columns.empty())
    throw base::Error("table \"" + target.name.ToString() +
                      "\" has no column in common with the provider's \"" + source.name.ToString() +
                      "\"");
  return plan;
}

std::string ColumnPlan::CopyOutSql(const Relation& source) const {
  const std::string list = QuotedList(columns);
  if (!needs_query) return "copy " + source.name.Quoted() + " (" + list + ")" + To(binary);
  return "copy (select " + list + " from " + (source.kind == 'r' ? "only " : "") +
         source.name.Quoted() + (condition.empty() ? "" : " where " + condition) + ")" + To(binary);
}

std::string ColumnPlan::CopyOutSql(const Relation& source,
                                   const structure::PageRange& range) const {
  return "copy (select " + QuotedList(columns) + " from only " + source.name.Quoted() + " where " +
         range.Condition() + (condition.empty() ? "" : " and (" + condition + ")") + ")" +
         To(binary);
}

std::string ColumnPlan::CopyInSql(const Relation& target, bool freeze) const {
  std::string options = freeze ? "freeze" : "";
  if (binary) options += options.empty() ? "format binary" : ", format binary";
  return "copy " + target.name.Quoted() + " (" + QuotedList(target_columns) + ") from stdin" +
         (options.empty() ? "" : " with (" + options + ")");
}

}  // namespace londiste::copy
