#include "londiste/structure/structure_difference.h"

#include "embedded_sql/queries.h"
#include "pg/text_array.h"

namespace londiste::structure {
namespace {

Difference::Severity ParseSeverity(std::string_view text) {
  if (text == "error") return Difference::Severity::kError;
  if (text == "warning") return Difference::Severity::kWarning;
  return Difference::Severity::kNotice;
}

// Versions of the catalogue's rows. Those of vacuum and analyze change in place.
constexpr const char* kFingerprints = R"(
select f.nr, pg_catalog.concat_ws('/', c.oid, c.xmin,
    (select pg_catalog.concat(count(*), '.', sum(a.xmin::pg_catalog.text::pg_catalog.numeric))
     from pg_catalog.pg_attribute a where a.attrelid = c.oid),
    (select pg_catalog.concat(count(*), '.', sum(d.xmin::pg_catalog.text::pg_catalog.numeric))
     from pg_catalog.pg_attrdef d where d.adrelid = c.oid),
    (select pg_catalog.concat(count(*), '.', sum(k.xmin::pg_catalog.text::pg_catalog.numeric))
     from pg_catalog.pg_constraint k where k.conrelid = c.oid),
    (select pg_catalog.concat(count(*), '.', sum(i.xmin::pg_catalog.text::pg_catalog.numeric +
                                                x.xmin::pg_catalog.text::pg_catalog.numeric))
     from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
     where i.indrelid = c.oid))
from pg_catalog.unnest($1::pg_catalog.text[]) with ordinality f (name, nr)
join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(f.name))";

}  // namespace

std::string ToString(Difference::Severity severity) {
  switch (severity) {
    case Difference::Severity::kNotice:
      return "notice";
    case Difference::Severity::kWarning:
      return "warning";
    case Difference::Severity::kError:
      return "error";
  }
  return "";
}

bool KnowsDifferences(pqxx::transaction_base& tx) {
  return !tx.exec(
                "select pg_catalog.to_regprocedure('londiste.structure_difference(jsonb, "
                "jsonb, text, boolean)')")[0][0]
              .is_null();
}

std::optional<std::string> DescribeAsJson(pqxx::transaction_base& tx,
                                          const pg::QualifiedName& name) {
  static const std::string query =
      "select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', d.kind, 'name', d.name, "
      "'key', d.key, 'def', d.def)) from (" +
      embedded_sql::describe_table() +
      ") d (kind, name, key, def) where d.kind in ('table', 'column', 'constraint', 'index')";
  const pqxx::row oid =
      tx.exec_params1("select pg_catalog.to_regclass($1)::pg_catalog.oid", name.Quoted());
  if (oid[0].is_null()) return std::nullopt;
  // To plan it takes longer than to run it.
  tx.conn().prepare("describe_as_json", query);
  const pqxx::row parts = tx.exec_prepared1("describe_as_json", oid[0].c_str());
  if (parts[0].is_null()) return std::nullopt;
  return parts[0].c_str();
}

std::vector<Difference> FindDifferences(pqxx::transaction_base& tx, const pg::QualifiedName& name,
                                        const std::string& here, const std::string& there) {
  std::vector<Difference> differences;
  for (const pqxx::row& row : tx.exec_params(
           "select d.kind, d.name, d.severity, d.message, coalesce(d.statement, '') from "
           "londiste.structure_difference($1, $2, pg_catalog.format('%I.%I', $3::pg_catalog.text, "
           "$4::pg_catalog.text), false) with ordinality d (nr, kind, name, "
           "severity, message, statement, place) order by d.nr, d.place",
           here, there, name.schema, name.name))
    differences.push_back({row[0].c_str(), row[1].c_str(), ParseSeverity(row[2].c_str()),
                           row[3].c_str(), row[4].c_str()});
  return differences;
}

std::map<pg::QualifiedName, std::string> StructureFingerprints(
    pqxx::transaction_base& tx, std::span<const pg::QualifiedName> names) {
  std::vector<std::string> quoted;
  for (const pg::QualifiedName& name : names) quoted.push_back(name.Quoted());
  std::map<pg::QualifiedName, std::string> found;
  for (const pqxx::row& row : tx.exec_params(kFingerprints, pg::TextArray(quoted)))
    found[names[row[0].as<std::size_t>() - 1]] = row[1].c_str();
  return found;
}

}  // namespace londiste::structure
