#include "londiste/tables/registry.h"

#include <spdlog/spdlog.h>

#include <set>

#include "base/utf8.h"
#include "londiste/output/answer_log.h"

namespace londiste::tables {
namespace {

void AddTable(pqxx::transaction_base& tx, const std::string& queue, const std::string& table) {
  output::ReportAnswer(
      cascade::Call(tx, "select * from londiste.global_add_table($1, $2)", queue, table));
}

void UpdateSequence(pqxx::transaction_base& tx, const std::string& queue,
                    const Sequence& sequence) {
  output::ReportAnswer(cascade::Call(tx, "select * from londiste.global_update_seq($1, $2, $3)",
                                     queue, sequence.name, sequence.last_value));
}

// The worker passes such names over, too.
bool CanHold(pqxx::transaction_base& tx, const std::string& name) {
  if (base::IsUtf8(name) || tx.exec1("show server_encoding")[0].as<std::string>() == "SQL_ASCII")
    return true;
  spdlog::warn("\"{}\" cannot be registered here: the name is not valid UTF-8",
               base::PrintableUtf8(name));
  return false;
}

template <class Object>
std::set<std::string> NamesOf(const std::vector<Object>& objects) {
  std::set<std::string> names;
  for (const Object& object : objects) names.insert(object.name);
  return names;
}

}  // namespace

GlobalObjects ReadGlobalObjects(pg::Connection& connection, const std::string& queue) {
  pqxx::work tx(connection);
  GlobalObjects objects;
  objects.tables = ReadTables(tx, queue);
  objects.sequences = ReadSequences(tx, queue);
  return objects;
}

RegistrationFilters::RegistrationFilters(const config::Settings& settings)
    : tables{settings.list("register_only_tables"), settings.list("register_skip_tables")},
      sequences{settings.list("register_only_seqs"), settings.list("register_skip_seqs")} {}

void RegisterGlobalObjects(pqxx::transaction_base& tx, const std::string& queue,
                           const GlobalObjects& objects, const RegistrationFilters& filters) {
  for (const Table& table : objects.tables) {
    if (filters.tables.Wants(table.name) && CanHold(tx, table.name))
      AddTable(tx, queue, table.name);
  }
  for (const Sequence& sequence : objects.sequences) {
    if (filters.sequences.Wants(sequence.name) && CanHold(tx, sequence.name))
      UpdateSequence(tx, queue, sequence);
  }
}

void FollowProviderTables(pqxx::transaction_base& tx, const std::string& queue,
                          const std::vector<Table>& provider, const RegistrationFilters& filters) {
  std::vector<Table> own = ReadTables(tx, queue);
  std::set<std::string> here = NamesOf(own), there = NamesOf(provider);
  for (const Table& table : provider) {
    if (here.contains(table.name) || !filters.tables.Wants(table.name)) continue;
    if (!CanHold(tx, table.name)) continue;
    spdlog::info("Table {} info missing from subscriber, adding", table.name);
    AddTable(tx, queue, table.name);
  }
  for (const Table& table : own) {
    if (there.contains(table.name)) continue;
    if (table.local) {
      // The provider may simply be behind; a removal that is meant arrives in the queue as an
      // event.
      spdlog::warn("Table {} is replicated to this node, but its provider does not know it",
                   table.name);
      continue;
    }
    spdlog::info("Table {} gone but exists on subscriber, removing", table.name);
    output::ReportAnswer(
        cascade::Call(tx, "select * from londiste.global_remove_table($1, $2)", queue, table.name));
  }
}

void FollowProviderSequences(pqxx::transaction_base& tx, const std::string& queue,
                             const std::vector<Sequence>& provider,
                             const RegistrationFilters& filters) {
  std::vector<Sequence> own = ReadSequences(tx, queue);
  std::set<std::string> here = NamesOf(own), there = NamesOf(provider);
  for (const Sequence& sequence : provider) {
    if (here.contains(sequence.name) || !filters.sequences.Wants(sequence.name)) continue;
    if (!CanHold(tx, sequence.name)) continue;
    spdlog::info("Sequence {} info missing from subscriber, adding", sequence.name);
    UpdateSequence(tx, queue, sequence);
  }
  for (const Sequence& sequence : own) {
    if (there.contains(sequence.name)) continue;
    if (sequence.local) {
      spdlog::warn("Sequence {} is replicated to this node, but its provider does not know it",
                   sequence.name);
      continue;
    }
    spdlog::info("Sequence {} gone but exists on subscriber, removing", sequence.name);
    output::ReportAnswer(cascade::Call(tx, "select * from londiste.global_remove_seq($1, $2)",
                                       queue, sequence.name));
  }
}

}  // namespace londiste::tables
