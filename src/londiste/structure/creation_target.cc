#include "londiste/structure/creation_target.h"

#include <algorithm>

#include "pg/text_array.h"

namespace londiste::structure {
namespace {

using Names = std::set<std::string, std::less<>>;

Names Column(pqxx::transaction_base& tx, const std::string& query) {
  Names names;
  for (const pqxx::row& row : tx.exec(query)) names.emplace(row[0].c_str());
  return names;
}

void LoadRelations(pqxx::transaction_base& tx, const std::set<std::string>& schemas,
                   CreationTarget& target) {
  const std::string wanted = pg::TextArray({schemas.begin(), schemas.end()});
  for (const pqxx::row& row : tx.exec_params(
           "select n.nspname, c.relname, c.relkind = 'S', c.relkind = 'S' and exists (select 1 "
           "from "
           "pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
           "and d.objid = c.oid and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and "
           "d.refobjsubid > 0 and d.deptype in ('a', 'i')) "
           "from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
           "where n.nspname = any ($1::pg_catalog.text[])",
           wanted)) {
    const pg::QualifiedName name{row[0].c_str(), row[1].c_str()};
    target.relations.insert(name);
    if (row[2].as<bool>()) target.sequences[name] = row[3].as<bool>();
  }
  for (const pqxx::row& row :
       tx.exec_params("select n.nspname, s.stxname from pg_catalog.pg_statistic_ext s join "
                      "pg_catalog.pg_namespace n on n.oid = s.stxnamespace where n.nspname = any "
                      "($1::pg_catalog.text[])",
                      wanted))
    target.statistics.insert({row[0].c_str(), row[1].c_str()});
}

bool IsThere(pqxx::transaction_base& tx, const TablePart& requirement) {
  const std::string& kind = requirement.key;
  if (kind == "operator class")
    return !tx.exec_params(
                  "select 1 from pg_catalog.pg_opclass o join pg_catalog.pg_namespace n on n.oid = "
                  "o.opcnamespace join pg_catalog.pg_am m on m.oid = o.opcmethod where n.nspname "
                  "|| '.' || o.opcname = $1 and m.amname = $2",
                  requirement.name, requirement.Text("method"))
                .empty();
  static const std::map<std::string, std::string> finders{{"type", "to_regtype"},
                                                          {"function", "to_regprocedure"},
                                                          {"operator", "to_regoperator"},
                                                          {"collation", "to_regcollation"}};
  const auto finder = finders.find(kind);
  if (finder == finders.end()) return true;  // the server will say
  return tx
      .exec_params1("select pg_catalog." + finder->second + "($1) is not null", requirement.name)[0]
      .as<bool>();
}

// Types first: asking for a function of a type that is not there is an error on older servers.
void LoadMissing(pqxx::transaction_base& tx, const std::vector<TableDescription>& tables,
                 CreateScope scope, CreationTarget& target) {
  std::set<std::pair<std::string, std::string>> asked;
  for (const bool types : {true, false}) {
    if (!target.missing.empty()) return;
    for (const TableDescription& table : tables)
      for (const TablePart* requirement : table.Of("requirement")) {
        const auto& by = requirement->List("needed_by");
        if ((requirement->key == "type") != types) continue;
        if (scope != CreateScope::kFull && std::ranges::find(by, "column") == by.end()) continue;
        if (!asked.emplace(requirement->key, requirement->name).second) continue;
        if (!IsThere(tx, *requirement)) target.missing.push_back(requirement);
      }
  }
}

}  // namespace

CreationTarget LookAtTarget(pg::Connection& connection, pqxx::transaction_base& tx,
                            const std::vector<TableDescription>& tables,
                            const std::set<std::string>& schemas, CreateScope scope) {
  CreationTarget target;
  target.major = connection.server_major();
  target.roles = Column(tx, "select rolname from pg_catalog.pg_roles");
  target.tablespaces = Column(tx, "select spcname from pg_catalog.pg_tablespace");
  target.access_methods = Column(tx, "select amname from pg_catalog.pg_am");
  target.schemas = Column(tx, "select nspname from pg_catalog.pg_namespace");
  LoadRelations(tx, schemas, target);
  LoadMissing(tx, tables, scope, target);
  return target;
}

}  // namespace londiste::structure
