#include "londiste/structure/create_table.h"

#include "base/error.h"

namespace londiste::structure {
namespace {

// Definitions are read one after the other, each as it is at that moment: nobody may alter the
// table in between. Not so for what is no table.
void KeepAsItIs(pqxx::transaction_base& there, const TableToCreate& wanted) {
  const bool is_table = there
                            .exec_params1(
                                "select relkind in ('r', 'p') from pg_catalog.pg_class where oid = "
                                "pg_catalog.to_regclass($1)",
                                wanted.there.Quoted())[0]
                            .as<bool>();
  if (!is_table) return;
  there.exec0("set local lock_timeout = " + std::to_string(wanted.lock_timeout.count()));
  there.exec0("lock table " + wanted.there.Quoted() + " in access share mode");
}

// Never behind: the next value is what it would be there. "" or why it could not be read.
std::string CopyValue(pqxx::work& tx, pqxx::transaction_base& there, const pg::QualifiedName& from,
                      const pg::QualifiedName& to) {
  if (!there
           .exec_params1("select pg_catalog.has_sequence_privilege($1, 'select')", from.Quoted())[0]
           .as<bool>())
    return "sequence " + to.ToString() +
           " begins anew: the role on the other node may not read its value";
  const pqxx::row row = there.exec1("select last_value, is_called from " + from.Quoted());
  tx.exec_params("select pg_catalog.setval($1::pg_catalog.regclass, $2::pg_catalog.int8, $3::bool)",
                 to.Quoted(), row[0].c_str(), row[1].c_str());
  return "";
}

std::string Joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : "; ") + item;
  return text;
}

// How to come by what is missing.
std::string WayOut(const std::vector<const TablePart*>& missing) {
  std::string extensions, text;
  bool others = false;
  std::set<std::string> told;
  for (const TablePart* part : missing) {
    const std::string& extension = part->Text("extension");
    others = others || extension.empty();
    if (!extension.empty() && told.insert(extension).second)
      extensions +=
          (extensions.empty() ? "" : " ") + ("create extension " + pg::QuoteIdent(extension)) + ";";
  }
  if (!extensions.empty()) text = "Run in this database: " + extensions;
  if (others)
    text += std::string(text.empty() ? "" : " ") +
            "Create them in this database first, as they are on the other node (pg_dump -s shows "
            "how).";
  return text;
}

void RefuseImpossible(const TableToCreate& wanted, const CreationPlan& plan,
                      const CreationTarget& target) {
  if (plan.impossible.empty()) return;
  throw base::Error(
      "could not create table \"" + wanted.here.ToString() + "\": " + Joined(plan.impossible),
      target.missing.empty() ? "Create here first what it needs, or the table by hand in a form "
                               "that this database can have."
                             : WayOut(target.missing));
}

void Run(pqxx::work& tx, const CreationStep& step, const pg::QualifiedName& table,
         std::vector<std::string>& notes) {
  if (step.dispensable.empty()) {
    tx.exec0(step.sql);
    return;
  }
  try {
    pqxx::subtransaction part(tx);
    part.exec0(step.sql);
    part.commit();
  } catch (const pqxx::sql_error& error) {
    std::string reason = error.what();
    reason = reason.substr(0, reason.find('\n'));
    if (reason.starts_with("ERROR:")) reason.erase(0, reason.find_first_not_of(' ', 6));
    notes.push_back("Table " + table.ToString() + ": " + step.dispensable +
                    " is left out: " + reason);
  }
}

void RefuseOtherKinds(const TableDescription& table) {
  const std::string& kind = table.table().Text("relkind");
  if (kind != "r" && kind != "p")
    throw base::Error("could not create table \"" + table.name.ToString() +
                      "\": it is no table on the other node");
}

}  // namespace

bool RelationExists(pqxx::transaction_base& tx, const pg::QualifiedName& name) {
  return tx.exec_params1("select pg_catalog.to_regclass($1) is not null", name.Quoted())[0]
      .as<bool>();
}

std::optional<CreatedTable> CreateTable(pg::Connection& target, pqxx::work& tx,
                                        pg::Connection& source, const TableToCreate& wanted) {
  pqxx::work there(source);
  if (!RelationExists(there, wanted.there)) return std::nullopt;
  KeepAsItIs(there, wanted);
  // What describes tables is planned once, not for each of thousands.
  there.exec0("set local plan_cache_mode = force_generic_plan");
  const std::vector<TableDescription> tables = DescribeWithPartitions(there, wanted.there);
  if (tables.empty()) return std::nullopt;
  RefuseOtherKinds(tables.front());
  const CreationTarget facts =
      LookAtTarget(target, tx, tables, SchemasOf(tables, wanted.here, wanted.others), wanted.scope);
  CreationPlan plan = PlanCreation(tables, wanted.here, wanted.others, facts, wanted.scope);
  RefuseImpossible(wanted, plan, facts);
  CreatedTable created{std::move(plan.notes), std::move(plan.unknown_roles)};
  for (const CreationStep& step : plan.steps) Run(tx, step, wanted.here, created.notes);
  for (const auto& [here, from] : plan.sequences)
    if (std::string note = CopyValue(tx, there, from, here); !note.empty())
      created.notes.push_back("Table " + wanted.here.ToString() + ": " + note);
  return created;
}

std::optional<std::vector<std::string>> CreateSequence(pqxx::work& tx, pg::Connection& source,
                                                       const pg::QualifiedName& name) {
  pqxx::work there(source);
  const pqxx::result found = there.exec_params(
      "select pg_catalog.format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, "
      "s.seqmax, s.seqcache, s.seqcycle from pg_catalog.pg_sequence s where s.seqrelid = "
      "pg_catalog.to_regclass($1)",
      name.Quoted());
  if (found.empty()) return std::nullopt;
  const pqxx::row row = found[0];
  if (tx.exec_params("select 1 from pg_catalog.pg_namespace where nspname = $1", name.schema)
          .empty())  // who may not create schemas may not say "if not exists" either
    tx.exec0("create schema " + pg::QuoteIdent(name.schema));
  tx.exec0("create sequence " + name.Quoted() + " as " + row[0].c_str() + " start with " +
           row[1].c_str() + " increment by " + row[2].c_str() + " minvalue " + row[3].c_str() +
           " maxvalue " + row[4].c_str() + " cache " + row[5].c_str() +
           (row[6].as<bool>() ? " cycle" : " no cycle"));
  const std::string note = CopyValue(tx, there, name, name);
  return note.empty() ? std::vector<std::string>{} : std::vector{note};
}

}  // namespace londiste::structure
