#include "londiste/node/table_creation.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "londiste/copy/source_node.h"
#include "pg/text_array.h"

namespace londiste::node {
namespace {

using structure::CreatedTable;
using structure::ForeignKey;
using structure::LocalNames;

std::string Of(const ForeignKey& key) {
  return "foreign key " + key.name + " of table " + key.from.ToString();
}

}  // namespace

TableCreation::TableCreation(const CommandContext& context, NodeSession& session,
                             structure::CreateScope scope, std::string copy_node)
    : context_(context), session_(session), scope_(scope), copy_node_(std::move(copy_node)) {
  if (session_.is_root())
    throw base::UsageError(
        "--create makes tables as they are on the provider, and this node is "
        "the root: it has none",
        "Create the table in this database first.");
}

// On the node that has the first of them: in a cascade all nodes' tables inherit alike.
void TableCreation::SortByInheritance(std::vector<std::string>& names) {
  if (names.size() < 2) return;
  pqxx::work tx(session_.local());
  const auto source = FindAnySource(tx, names);
  if (!source) return;
  pqxx::work there(*source->connection);
  const std::vector<tables::Table> known = tables::ReadTables(there, session_.queue());
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    const tables::Table* table = tables::FindTable(known, name);
    quoted.push_back(table == nullptr ? pg::QuoteFqIdent(name) : table->dest.Quoted());
  }
  std::map<std::string, int> depths;
  for (const pqxx::row& row : there.exec_params(
           "with recursive up (nr, relid, depth) as (select u.nr, pg_catalog.to_regclass(u.name)::"
           "pg_catalog.oid, 0 from pg_catalog.unnest($1::pg_catalog.text[]) with ordinality u "
           "(name, nr) union all select up.nr, i.inhparent, up.depth + 1 from up join "
           "pg_catalog.pg_inherits i on i.inhrelid = up.relid) select nr - 1, max(depth) from up "
           "group by 1",
           pg::TextArray(quoted)))
    depths[names[row[0].as<std::size_t>()]] = row[1].as<int>();
  std::ranges::stable_sort(names, {}, [&](const std::string& name) { return depths[name]; });
}

std::optional<TableCreation::Source> TableCreation::FindAnySource(
    pqxx::work& tx, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    try {
      return FindSource(tx, name);
    } catch (const base::Error&) {
      continue;  // told when its turn comes
    }
  }
  return std::nullopt;
}

pg::Connection& TableCreation::Connect(const std::string& node, const std::string& connstr) {
  if (node == session_.node().provider_node) return session_.provider();
  std::unique_ptr<pg::Connection>& connection = connections_[node];
  if (!connection) connection = ConnectRemote(context_, connstr, "node \"" + node + "\"");
  return *connection;
}

// The node that its rows come from; of a table without a copy the nearest one that has it.
TableCreation::Source TableCreation::FindSource(pqxx::work& tx, const std::string& name) {
  const auto on = [&](pg::Connection& connection, const std::string& node) -> Source {
    pqxx::work there(connection);
    const auto table = tables::ReadTable(there, session_.queue(), name);
    if (!table || !table->local) return {nullptr, {}, node};
    if (table->dropped_ddl)
      throw base::Error("could not create table \"" + name + "\": node \"" + node +
                            "\" copies it, and it is without its indexes there",
                        "Try again when that node has it in sync (command wait-sync there).");
    return {&connection, table->dest, node};
  };
  tables::Table wanted{.name = name};
  if (copy_node_.empty()) {
    if (Source source = on(session_.provider(), session_.node().provider_node); source.connection)
      return source;
    wanted.attributes.Set("copy_node", "?");
  } else {
    wanted.attributes.Set("copy_node", copy_node_);
  }
  const copy::SourceNode node = copy::FindSource(
      tx, session_.node(), wanted,
      {context_.settings.text("remote_extra_connstr"),
       "londiste " + context_.settings.text("job_name") + " " + std::string(context_.command),
       context_.interrupt});
  Source source = on(Connect(node.name, node.connstr), node.name);
  if (source.connection == nullptr)
    throw base::Error(
        "could not create table \"" + name + "\": node \"" + node.name + "\" does not have it",
        "Add it there first, or name another node with --copy-node.");
  return source;
}

bool TableCreation::IsThere(pqxx::work& tx, const std::string& name) {
  const auto source = FindAnySource(tx, {name});
  if (!source) return false;
  pqxx::work there(*source->connection);
  return structure::RelationExists(there, source->table);
}

const LocalNames& TableCreation::NamesHere(pqxx::work& tx, pg::Connection& source,
                                           pqxx::transaction_base& there) {
  const auto [known, is_new] = names_.try_emplace(&source);
  Names& names = known->second;
  if (!is_new) return names.here;
  for (const tables::Table& table : tables::ReadTables(there, session_.queue()))
    if (table.local) names.there[table.name] = table.dest.ToString();
  for (const tables::Table& table : tables::ReadTables(tx, session_.queue())) {
    if (!table.local || table.name == name_) continue;
    if (const auto found = names.there.find(table.name); found != names.there.end())
      names.here[found->second] = table.dest;
  }
  return names.here;
}

bool TableCreation::Create(pqxx::work& tx, const std::string& name, const std::string& dest) {
  source_ = {};
  notes_.clear();
  differences_.clear();
  roles_.clear();
  name_ = name;
  here_ = pg::QualifiedName::Parse(dest);
  if (structure::RelationExists(tx, here_)) {
    notes_.push_back("Table " + dest + " already exist, not touching");
    return false;
  }
  Source source = FindSource(tx, name);
  const LocalNames* others;
  {
    pqxx::work there(*source.connection);
    others = &NamesHere(tx, *source.connection, there);
  }
  std::optional<CreatedTable> created = structure::CreateTable(
      session_.local(), tx, *source.connection,
      {source.table, here_, scope_, *others, context_.settings.seconds("lock_timeout")});
  if (!created)
    throw base::Error("Table " + source.table.ToString() + " does not exist on node \"" +
                      source.node + "\", skipping");
  roles_ = std::move(created->unknown_roles);
  differences_ = std::move(created->notes);
  source_ = std::move(source);
  return true;
}

void TableCreation::PutOffForeignKeys(pqxx::work& tx) {
  waiting_.clear();
  if (scope_ != structure::CreateScope::kFull) return;
  const bool made = source_.connection != nullptr;
  pg::Connection& source = made ? *source_.connection : session_.provider();
  pqxx::work there(source);
  const LocalNames& others = NamesHere(tx, source, there);
  const std::map<std::string, std::string>& names = names_[&source].there;
  const auto own = names.find(name_);
  const auto find = [&](const pg::QualifiedName& name) -> const pg::QualifiedName* {
    if (own != names.end() && own->second == name.ToString()) return &here_;
    const auto found = others.find(name.ToString());
    return found == others.end() ? nullptr : &found->second;
  };
  std::vector<ForeignKey> keys = loose_;
  if (made)
    for (ForeignKey& key : structure::FindForeignKeys(there, source_.table))
      keys.push_back(std::move(key));
  for (ForeignKey& key : keys) {
    const pg::QualifiedName *from = find(key.from), *to = find(key.to);
    if (key.needs_major > session_.local().server_major()) {
      differences_.push_back(Of(key) +
                             " is left out: this server cannot do such before PostgreSQL " +
                             std::to_string(key.needs_major));
    } else if (from == nullptr) {
      continue;  // those of that table are looked for when it is made
    } else if (to == nullptr) {
      waiting_.push_back(std::move(key));
    } else if (structure::PutOffForeignKey(tx, key, *from, *to)) {
      notes_.push_back(Of(key) + " will be made when both tables are in sync");
    }
  }
}

void TableCreation::Tell() {
  for (auto& [source, names] : names_)
    if (const auto own = names.there.find(name_); own != names.there.end())
      names.here[own->second] = here_;
  for (const std::string& line : notes_) spdlog::info("{}", line);
  for (const std::string& line : differences_) spdlog::warn("{}", line);
  loose_ = std::exchange(waiting_, {});
  unknown_roles_.merge(roles_);
}

void TableCreation::TellWhatIsMissing() {
  for (const ForeignKey& key : loose_)
    spdlog::warn("{} is not made: table {}, which it references, is not replicated here", Of(key),
                 key.to.ToString());
  if (unknown_roles_.empty()) return;
  std::string roles;
  for (const std::string& role : unknown_roles_)
    roles += (roles.empty() ? "" : ", ") + pg::QuoteIdent(role);
  spdlog::warn(
      "these roles are not here, so that what they own or may do there is not the same here: {}",
      roles);
  spdlog::warn("HINT:  Create them, and give them tables and privileges by hand.");
}

}  // namespace londiste::node
