#include "londiste/execute/database_scope.h"

#include "londiste/tables/table.h"

#include <cstdlib>

namespace londiste::execute {
namespace {

constexpr const char* kTableKinds = "'r', 'p', 'f'";

}  // namespace

std::optional<std::string> DatabaseScope::Find(ExecuteKey key, const std::string& name) {
  const auto name_if = [&](bool here) {
    return here ? std::optional(ForScripts(pg::QualifiedName::Parse(name))) : std::nullopt;
  };
  switch (key) {
    case ExecuteKey::kLocalTable:
    case ExecuteKey::kLocalDestination: {
      const auto table = LocalTable(name);
      const bool here =
          table && (key == ExecuteKey::kLocalTable || RelationExists(*table, kTableKinds));
      return here ? std::optional(ForScripts(*table)) : std::nullopt;
    }
    case ExecuteKey::kLocalSequence:
      return name_if(IsLocalSequence(name));
    case ExecuteKey::kNeedTable:
      return name_if(RelationExists(pg::QualifiedName::Parse(name), kTableKinds));
    case ExecuteKey::kNeedSequence:
      return name_if(RelationExists(pg::QualifiedName::Parse(name), "'S'"));
    case ExecuteKey::kNeedView:
      return name_if(RelationExists(pg::QualifiedName::Parse(name), "'v', 'm'"));
    case ExecuteKey::kNeedSchema:
      return name_if(Exists("pg_catalog.pg_namespace where nspname = " + pg::QuoteLiteral(name)));
    case ExecuteKey::kNeedFunction:
      return name_if(FunctionExists(name));
  }
  return std::nullopt;
}

std::string DatabaseScope::ForScripts(const pg::QualifiedName& name) {
  return tx_
      .exec1("select pg_catalog.quote_ident(" + pg::QuoteLiteral(name.schema) +
             ") || '.' || pg_catalog.quote_ident(" + pg::QuoteLiteral(name.name) + ")")[0]
      .c_str();
}

bool DatabaseScope::Exists(const std::string& from_where) {
  return !tx_.exec("select 1 from " + from_where + " limit 1").empty();
}

std::optional<pg::QualifiedName> DatabaseScope::LocalTable(const std::string& name) {
  const auto table = tables::ReadTable(tx_, queue_, pg::QualifiedName::Parse(name).ToString());
  if (!table || !table->local) return std::nullopt;
  return table->dest;
}

bool DatabaseScope::IsLocalSequence(const std::string& name) {
  const std::string full = pg::QualifiedName::Parse(name).ToString();
  return Exists("londiste.get_seq_list(" + pg::QuoteLiteral(queue_) +
                ") where local and seq_name = " + pg::QuoteLiteral(full));
}

bool DatabaseScope::RelationExists(const pg::QualifiedName& name, const std::string& kinds) {
  return Exists(
      "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where "
      "n.nspname = " +
      pg::QuoteLiteral(name.schema) + " and c.relname = " + pg::QuoteLiteral(name.name) +
      " and c.relkind in (" + kinds + ")");
}

bool DatabaseScope::FunctionExists(const std::string& name_and_count) {
  const auto bracket = name_and_count.find('(');
  const int count =
      bracket == std::string::npos ? 0 : std::atoi(name_and_count.c_str() + bracket + 1);
  const auto name = pg::QualifiedName::Parse(std::string_view(name_and_count).substr(0, bracket));
  return Exists(
      "pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where "
      "n.nspname = " +
      pg::QuoteLiteral(name.schema) + " and p.proname = " + pg::QuoteLiteral(name.name) +
      " and p.pronargs = " + std::to_string(count));
}

}  // namespace londiste::execute
