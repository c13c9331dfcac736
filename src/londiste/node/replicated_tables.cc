#include "londiste/node/replicated_tables.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "londiste/node/verify_tables.h"
#include "londiste/tables/sequences.h"
#include "londiste/tables/table.h"
#include "pg/quote.h"

namespace londiste::node {
namespace {

using cascade::Objection;

constexpr std::size_t kNamesShown = 10;

std::string Names(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamesShown)
    text += " and " + std::to_string(names.size() - kNamesShown) + " more";
  return text;
}

std::string Counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void Object(std::vector<Objection>& against, const std::vector<std::string>& names,
            const std::string& problem, const std::string& way_out) {
  if (!names.empty()) against.push_back({problem + Names(names), way_out});
}

std::vector<tables::Table> TablesOf(pg::Connection& node, const std::string& queue) {
  pqxx::work tx(node);
  return tables::ReadTables(tx, queue);
}

std::vector<tables::Sequence> SequencesOf(pg::Connection& node, const std::string& queue) {
  pqxx::work tx(node);
  return tables::ReadSequences(tx, queue);
}

bool IsLocal(const std::vector<tables::Sequence>& sequences, const std::string& name) {
  return std::ranges::any_of(
      sequences, [&](const auto& sequence) { return sequence.local && sequence.name == name; });
}

std::string StateOf(const tables::Table& table) {
  return table.name + " (" + table.state.ToString() + ")";
}

bool InSync(const tables::Table& table) { return table.state.ok() && !table.custom_snapshot; }

void CheckTables(pg::Connection* root, pg::Connection& next, const std::string& queue,
                 std::vector<Objection>& against) {
  const auto here = TablesOf(next, queue);
  std::vector<std::string> missing, unsynced;
  const auto look = [&](const std::string& name) {
    const tables::Table* table = tables::FindTable(here, name);
    if (table == nullptr || !table->local)
      missing.push_back(name);
    else if (!InSync(*table))
      unsynced.push_back(StateOf(*table));
  };
  if (root != nullptr) {
    for (const std::string& name : tables::LocalNames(TablesOf(*root, queue))) look(name);
  } else {
    for (const tables::Table& table : here) look(table.name);
  }
  Object(against, missing, "tables of the queue are not on the new root: ",
         "Run add-table there and wait for the copies, or use --force to do without them.");
  Object(against, unsynced, "tables are not in sync on the new root: ",
         "Run wait-sync there first; --force accepts that rows are missing.");
}

// Queues that are merged into this one on the node: their leafs take up, or leave, the tables.
void CheckParts(pg::Connection& node, const std::string& queue, std::vector<Objection>& against) {
  std::vector<std::string> parts;
  {
    pqxx::work tx(node);
    if (const auto info = cascade::GetNodeInfo(tx, queue)) parts = info->target_for;
  }
  for (const std::string& part : parts) {
    std::vector<std::string> unsynced;
    for (const tables::Table& table : TablesOf(node, part))
      if (table.local && !InSync(table)) unsynced.push_back(StateOf(table));
    Object(against, unsynced, "tables of the merged queue " + part + " are not in sync: ",
           "Run wait-sync with the configuration file of its leaf first.");
  }
}

void CheckSequences(pg::Connection* root, pg::Connection& next, const std::string& queue,
                    std::vector<Objection>& against) {
  const auto here = SequencesOf(next, queue);
  std::vector<std::string> missing;
  for (const tables::Sequence& sequence : root ? SequencesOf(*root, queue) : here)
    if ((root == nullptr || sequence.local) && !IsLocal(here, sequence.name))
      missing.push_back(sequence.name);
  Object(against, missing, "sequences of the queue are not on the new root: ",
         "Run add-seq there, or use --force to do without them.");
}

bool HasFunction(pqxx::transaction_base& tx, const std::string& signature) {
  return !tx.exec_params1("select pg_catalog.to_regprocedure($1)", signature)[0].is_null();
}

void SetSequence(pqxx::transaction_base& tx, const std::string& queue, const std::string& name,
                 std::int64_t value, bool called) {
  if (HasFunction(tx, "londiste.local_set_seq_position(text, text, bigint, boolean)")) {
    cascade::Require(cascade::Call(tx,
                                   "select * from londiste.local_set_seq_position($1, $2, $3, $4)",
                                   queue, name, value, called));
    return;
  }
  tx.exec_params("select pg_catalog.setval($1::regclass, $2, $3)", pg::QuoteFqIdent(name), value,
                 called);
  tx.exec_params(
      "update londiste.seq_info set last_value = $3 where queue_name = $1 and seq_name = $2", queue,
      name, value);
}

template <class Wanted>
std::string CopyThose(pqxx::transaction_base& tx, const std::string& queue, Wanted wanted) {
  std::vector<std::string> copied;
  for (const tables::Table& table : tables::ReadTables(tx, queue)) {
    if (!table.local || !wanted(table.name)) continue;
    cascade::Require(cascade::Call(
        tx, "select * from londiste.local_set_table_state($1, $2, null, null)", queue, table.name));
    copied.push_back(table.name);
  }
  return copied.empty() ? "no table" : Names(copied);
}

}  // namespace

std::vector<Objection> ReplicatedTables::AgainstRoot(pg::Connection* root, pg::Connection& next) {
  std::vector<Objection> against;
  CheckTables(root, next, queue_, against);
  CheckSequences(root, next, queue_, against);
  CheckParts(next, queue_, against);
  if (root != nullptr) CheckParts(*root, queue_, against);
  return against;
}

// A copy has a consumer at the provider it began with, and knows its snapshots.
std::vector<Objection> ReplicatedTables::AgainstMove(pg::Connection& node,
                                                     const std::string& name) {
  std::vector<Objection> against;
  std::vector<std::string> copying;
  for (const tables::Table& table : TablesOf(node, queue_))
    if (table.local && (table.state.copying() || table.custom_snapshot))
      copying.push_back(StateOf(table));
  Object(against, copying, "tables are being copied to node " + name + ": ",
         "Run wait-sync there first.");
  return against;
}

std::string ReplicatedTables::MoveUnlogged(pg::Connection& from, pg::Connection& to) {
  struct Position {
    std::string name;
    std::int64_t value;
    bool called;
  };
  std::vector<Position> positions;
  const auto there = SequencesOf(to, queue_);
  for (const tables::Sequence& sequence : SequencesOf(from, queue_)) {
    if (!sequence.local || !IsLocal(there, sequence.name)) continue;
    pqxx::work tx(from);
    const pqxx::row row =
        tx.exec1("select last_value, is_called from " + pg::QuoteFqIdent(sequence.name));
    positions.push_back({sequence.name, row[0].as<std::int64_t>(), row[1].as<bool>()});
  }
  pqxx::work tx(to);
  for (const Position& position : positions)
    SetSequence(tx, queue_, position.name, position.value, position.called);
  tx.commit();
  return Counted(positions.size(), "sequence");
}

std::string ReplicatedTables::Compare(pg::Connection& one, pg::Connection& other,
                                      cascade::Verify how) {
  return VerifyTables(one, other, queue_, how);
}

std::string ReplicatedTables::CopyAgain(pqxx::transaction_base& node) {
  return CopyThose(node, queue_, [](const std::string&) { return true; });
}

// A script may have changed anything. A table that only this node has added is copied again, too:
// nobody sends its changes.
std::string ReplicatedTables::CopyAgainAfterLoss(pqxx::transaction_base& node,
                                                 const std::vector<cascade::LostEvent>& lost) {
  if (std::ranges::any_of(lost, [](const auto& event) { return event.type == "EXECUTE"; }))
    return CopyAgain(node);
  std::set<std::string> names;
  for (const cascade::LostEvent& event : lost)
    if (!event.object.empty() && !event.type.starts_with("pgq."))
      names.insert(pg::QualifiedName::Parse(event.object).ToString());
  return CopyThose(node, queue_, [&](const std::string& name) { return names.contains(name); });
}

// A table may be copied from a node of its own choice.
void ReplicatedTables::RenameNode(pqxx::transaction_base& tx, const std::string& old_name,
                                  const std::string& new_name) {
  for (const tables::Table& table : tables::ReadTables(tx, queue_)) {
    if (table.copy_node() != old_name) continue;
    tables::TableAttributes attributes = table.attributes;
    attributes.Set("copy_node", new_name);
    cascade::Require(cascade::Call(tx, "select * from londiste.local_set_table_attrs($1, $2, $3)",
                                   queue_, table.name, attributes.Encoded()));
  }
}

}  // namespace londiste::node
