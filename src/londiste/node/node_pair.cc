#include "londiste/node/node_pair.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "cascade/walk_to_root.h"
#include "londiste/handlers/handler_table.h"
#include "pg/server_encoding.h"

namespace londiste::node {
namespace {

using compare::ComparedTable;

bool HoldsWholeBatches(pqxx::transaction_base& tx, const std::string& queue) {
  if (tx.exec1("select pg_catalog.to_regclass('londiste.execute_progress')")[0].is_null())
    return true;
  return tx
      .exec_params("select 1 from londiste.execute_progress where queue_name = $1 and part_applied",
                   queue)
      .empty();
}

// Finds for each table the node whose rows it has.
class Search {
 public:
  Search(const CommandContext& context, NodeSession& session, const std::string& with,
         std::vector<ComparedTable>& results)
      : context_(context), session_(session), with_(with), results_(results) {}

  std::vector<NodeAbove> Run(std::list<PairedTable> open) {
    std::vector<NodeAbove> found;
    bool seen = with_.empty();
    cascade::WalkToRoot(session_.node(), [&](const std::string& name, const std::string& location) {
      const auto connection = ConnectRemote(context_, location, "node \"" + name + "\"");
      pqxx::work tx(*connection);
      auto info = cascade::GetNodeInfo(tx, session_.queue());
      if (!info)
        throw base::Error("node \"" + name + "\" holds no queue \"" + session_.queue() + "\"");
      const bool wanted = with_.empty() || with_ == name;
      seen = seen || wanted;
      if (wanted)
        TakeThose(tx, {name, location, info->type == cascade::NodeType::kRoot, {}}, open, found);
      if (open.empty() || (wanted && !with_.empty())) info.reset();
      return info;
    });
    if (!seen)
      throw base::Error("node \"" + with_ + "\" is not above this node",
                        "A node is compared with one that its rows come from: command status shows "
                        "the tree.");
    for (const PairedTable& task : open)
      results_[task.place].reason = with_.empty() ? "no node from here up to the root has the table"
                                                  : "node " + with_ + " does not have the table";
    return found;
  }

 private:
  void TakeThose(pqxx::transaction_base& tx, NodeAbove node, std::list<PairedTable>& open,
                 std::vector<NodeAbove>& found) {
    const std::vector<tables::Table> there = tables::ReadTables(tx, session_.queue());
    for (auto task = open.begin(); task != open.end();) {
      const auto current = task++;
      const tables::Table* table = tables::FindTable(there, current->table->name);
      if (table == nullptr || !table->local) continue;
      results_[current->place].node = node.name;
      if (!table->state.ok()) {
        results_[current->place].reason =
            "Table " + table->name + " is not in sync on node " + node.name;
        open.erase(current);
        continue;
      }
      current->there = table->dest;
      node.tables.splice(node.tables.end(), open, current);
    }
    if (!node.tables.empty()) found.push_back(std::move(node));
  }

  const CommandContext& context_;
  NodeSession& session_;
  const std::string& with_;
  std::vector<ComparedTable>& results_;
};

// Tables that can be compared at all.
std::list<PairedTable> ComparableTables(const CommandContext& context, NodeSession& session,
                                        const std::vector<tables::Table>& tables,
                                        std::vector<ComparedTable>& results) {
  const auto settings = handlers::HandlerSettings::Read(context.settings);
  pqxx::read_transaction tx(session.local());
  std::list<PairedTable> found;
  for (const tables::Table& table : tables) {
    results.push_back({.table = table.name});
    ComparedTable& result = results.back();
    if (!table.state.ok() || table.custom_snapshot) {
      result.reason =
          "Table " + table.name + " not synced yet, no point: wait-sync waits for its copy";
      continue;
    }
    try {
      auto handler = handlers::MakeHandlerOf(table, settings);
      handler->LookAtTarget(tx);
      const std::string why = handler->why_rows_differ();
      if (why.empty())
        found.push_back({&table, results.size() - 1, {}, std::move(handler)});
      else
        result.reason = "handler " + table.handler_text() + ": " + why;
    } catch (const handlers::UnusableHandler& error) {
      result.reason = error.what();
    }
  }
  return found;
}

}  // namespace

std::vector<NodeAbove> FindNodesAbove(const CommandContext& context, NodeSession& session,
                                      const std::vector<tables::Table>& tables,
                                      const std::string& with,
                                      std::vector<ComparedTable>& results) {
  return Search(context, session, with, results)
      .Run(ComparableTables(context, session, tables, results));
}

NodePair::NodePair(const CommandContext& context, NodeSession& session, const NodeAbove& above,
                   const Options& options)
    : context_(context), session_(session), options_(options) {
  readers_.above_node = above.name;
  readers_.below_node = session.node().name;
  const pg::ConnectOptions there = RemoteOptions(context, above.location);
  above_ = ConnectAs(there, context.interrupt, "node \"" + above.name + "\"");
  Open(readers_.above, there, above.name, options.sessions);
  Open(readers_.below, LocalOptions(context), readers_.below_node, options.sessions);
  above_is_root_ = above.is_root;
  if (!cascade::CanTakeCut(Above(), Below(), session.queue())) CompareByLock();
}

void NodePair::Open(compare::Readers& readers, const pg::ConnectOptions& options,
                    const std::string& node, int sessions) {
  for (int i = 0; i < sessions; ++i)
    readers.push_back(
        std::make_unique<pg::SnapshotReader>(context_.interrupt, [&](base::Interrupt& interrupt) {
          return ConnectAs(options, interrupt, "node \"" + node + "\"");
        }));
}

cascade::CutOptions NodePair::CutOptions() const {
  cascade::CutOptions options{
      .queue = session_.queue(),
      .holds_whole_batches =
          [this](pqxx::transaction_base& tx) { return HoldsWholeBatches(tx, session_.queue()); },
      .remind = [](const std::string& line) { spdlog::info("{}", line); }};
  if (options_.force) options.patience = std::chrono::hours(24 * 365);
  return options;
}

cascade::CutSide NodePair::Above() { return {readers_.above_node, *above_, readers_.above}; }
cascade::CutSide NodePair::Below() {
  return {readers_.below_node, session_.local(), readers_.below};
}

void NodePair::EndCut() {
  for (compare::Readers* side : {&readers_.above, &readers_.below})
    for (const auto& reader : *side) reader->End();
}

cascade::Cut NodePair::TakeCut(const PairedTable& first) {
  EndCut();  // while the worker is waited for
  if (!by_lock_) try {
      return cascade::TakeCut(Above(), Below(), CutOptions());
    } catch (const cascade::NotHeld&) {
      // With a branch in between, that may be what stepped over the tick.
      if (!above_is_root_ || session_.node().provider_node != readers_.above_node) throw;
      CompareByLock();
    }
  const std::string timeout =
      std::to_string(context_.settings.seconds("lock_timeout").count()) + "ms";
  return cascade::TakeCutUnderLock(Above(), Below(), CutOptions(),
                                   "set local lock_timeout = " + pg::QuoteLiteral(timeout) +
                                       "; lock table " + first.there.Quoted() + " in share mode");
}

void NodePair::CompareByLock() {
  if (!options_.may_lock)
    throw base::Error("node " + readers_.above_node + " or " + readers_.below_node +
                          " cannot stop at a tick: tables would be locked against writers again "
                          "and again",
                      "Run compare without --continuous, when writers may wait.");
  by_lock_ = true;
  spdlog::warn(
      "node {} or {} cannot stop at a tick: each table is locked against writers on "
      "node {} until this node has what they have written",
      readers_.above_node, readers_.below_node, readers_.above_node);
}

void NodePair::AtTick(const cascade::WorkAtTick& work) {
  if (by_lock_)
    throw base::Error("rows cannot be changed at a tick: " + readers_.above_node + " or " +
                          readers_.below_node + " has SkyTools' functions or worker, or older ones",
                      "Run repair without --apply, and the file that it writes.");
  for (const auto& reader : readers_.below) reader->End();
  cascade::AtTick(Above(), Below(), CutOptions(), work);
}

bool NodePair::StandsAt(pqxx::transaction_base& tx, pgq::TickId tick) const {
  return cascade::StandsAt(tx, CutOptions(), tick);
}

namespace {

// `since`: what was known of it when the tables to be compared were chosen; nullptr: nothing.
void RequireInSync(pqxx::transaction_base& tx, const std::string& queue, const std::string& name,
                   const std::string& node, const tables::Table* since) {
  const auto now = tables::ReadTable(tx, queue, name);
  if (!now || !now->local)
    throw base::Error("Table " + name + " is not replicated on node " + node + " any more");
  if (!now->state.ok() || now->custom_snapshot)
    throw base::Error("Table " + name + " is not in sync on node " + node);
  if (since != nullptr &&
      (now->dest != since->dest || now->handler_text() != since->handler_text()))
    throw base::Error("Table " + name + " has another handler or target table by now",
                      "Run the command again.");
}

}  // namespace

void NodePair::RequireInSync(const tables::Table& table, pqxx::transaction_base& above,
                             pqxx::transaction_base& below) {
  node::RequireInSync(above, session_.queue(), table.name, readers_.above_node, nullptr);
  node::RequireInSync(below, session_.queue(), table.name, readers_.below_node, &table);
}

std::string NodePair::LostNode() {
  const auto lost = [](pg::Connection& connection) {
    return PQstatus(connection.native()) != CONNECTION_OK;
  };
  const bool above = lost(*above_) || std::ranges::any_of(readers_.above, [&](const auto& reader) {
                       return lost(reader->connection());
                     });
  return above ? readers_.above_node : readers_.below_node;
}

compare::ColumnMatching NodePair::Matching(PairedTable& table) {
  const auto target = table.handler->Selection().target_column;
  if (!table.handler->rewrites_rows()) return {.target = target};
  while (readers_.rewriting.size() < readers_.above.size())
    readers_.rewriting.push_back(
        ConnectAs(LocalOptions(context_), context_.interrupt, "local database"));
  const auto rewrite = [&table](const std::string& column) -> const handlers::ColumnRewrite& {
    const auto [place, added] = table.rewrites.try_emplace(column);
    if (added) place->second = table.handler->Rewrite(column);
    return place->second;
  };
  return {.target = [target, rewrite](const std::string& column) -> std::optional<std::string> {
            if (rewrite(column).leave_out) return std::nullopt;
            return target ? target(column) : column;
          },
          .rewrite = [rewrite](const std::string& column) { return rewrite(column).value; }};
}

void NodePair::Match(PairedTable& table, ComparedTable& result) {
  // What fails concerns this table only.
  pqxx::subtransaction above(readers_.above.front()->tx(), "match");
  pqxx::subtransaction below(readers_.below.front()->tx(), "match");
  const std::string encoding_above = pg::ServerEncoding(readers_.above.front()->connection()),
                    encoding_below = pg::ServerEncoding(readers_.below.front()->connection());
  RequireInSync(*table.table, above, below);
  const handlers::CopySelection selection = table.handler->Selection();
  result.part = session_.node().merge_leaf();
  result.comparison = compare::MatchTables(
      table.table->name,
      {above, table.there, readers_.above_node, encoding_above, selection.condition},
      {below, table.table->dest, readers_.below_node, encoding_below,
       result.part ? selection.condition : ""},
      Matching(table));
  for (compare::ComparedSide* side : {&result.comparison.above, &result.comparison.below})
    side->where = options_.where;
  result.part = result.part && selection.condition.empty();
  result.unexplained.clear();
  for (const std::string& column : result.comparison.only_above)
    if (!table.table->left_out.contains(column)) result.unexplained.push_back(column);
}

}  // namespace londiste::node
