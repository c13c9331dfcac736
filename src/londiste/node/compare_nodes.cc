#include "londiste/node/compare_nodes.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>

#include "base/error.h"
#include "cascade/cut.h"
#include "cascade/walk_to_root.h"
#include "londiste/compare/match_tables.h"
#include "londiste/compare/table_comparison.h"
#include "londiste/handlers/handler_table.h"
#include "pg/error.h"
#include "pg/server_encoding.h"
#include "pg/sqlstate.h"

namespace londiste::node {
namespace {

using compare::ComparedTable;
using std::chrono::duration;

constexpr int kAttempts = 5;  // of a table that changes under our hands

// A table to be compared with that of one node.
struct Task {
  const tables::Table* table;
  std::size_t place;  // in the results
  pg::QualifiedName there;
  std::unique_ptr<handlers::Handler> handler;
  int attempts = 0;
};

struct NodeAbove {
  std::string name, location;
  std::list<Task> tasks;
};

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
  Search(const CommandContext& context, NodeSession& session, const CompareOptions& options,
         std::vector<ComparedTable>& results)
      : context_(context), session_(session), options_(options), results_(results) {}

  std::vector<NodeAbove> Run(std::list<Task> open) {
    std::vector<NodeAbove> found;
    bool seen = options_.with.empty();
    cascade::WalkToRoot(session_.node(), [&](const std::string& name, const std::string& location) {
      const auto connection = ConnectRemote(context_, location, "node \"" + name + "\"");
      pqxx::work tx(*connection);
      auto info = cascade::GetNodeInfo(tx, session_.queue());
      if (!info)
        throw base::Error("node \"" + name + "\" holds no queue \"" + session_.queue() + "\"");
      const bool wanted = options_.with.empty() || options_.with == name;
      seen = seen || wanted;
      if (wanted) TakeThose(tx, {name, location, {}}, open, found);
      if (open.empty() || (wanted && !options_.with.empty())) info.reset();
      return info;
    });
    if (!seen)
      throw base::Error("node \"" + options_.with + "\" is not above this node",
                        "A node is compared with one that its rows come from: command status shows "
                        "the tree.");
    for (const Task& task : open)
      results_[task.place].reason =
          options_.with.empty() ? "no node from here up to the root has the table"
                                : "node " + options_.with + " does not have the table";
    return found;
  }

 private:
  void TakeThose(pqxx::transaction_base& tx, NodeAbove node, std::list<Task>& open,
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
      node.tasks.splice(node.tasks.end(), open, current);
    }
    if (!node.tasks.empty()) found.push_back(std::move(node));
  }

  const CommandContext& context_;
  NodeSession& session_;
  const CompareOptions& options_;
  std::vector<ComparedTable>& results_;
};

// The tables of this node that come from one other.
class PairOfNodes {
 public:
  PairOfNodes(const CommandContext& context, NodeSession& session, const CompareOptions& options,
              NodeAbove& above, std::vector<ComparedTable>& results, CompareObserver& observer)
      : context_(context),
        session_(session),
        options_(options),
        tasks_(above.tasks),
        results_(results),
        observer_(observer) {
    readers_.above_node = above.name;
    readers_.below_node = session.node().name;
    above_options_ = RemoteOptions(context, above.location);
    above_ = ConnectAs(above_options_, context.interrupt, "node \"" + above.name + "\"");
    Open(readers_.above, above_options_, above.name);
    Open(readers_.below, LocalOptions(context), readers_.below_node);
  }

  void Run() {
    while (!tasks_.empty()) {
      const cascade::Cut cut = TakeCut();
      spdlog::info("comparing node {} with node {} at tick {} ({})", readers_.below_node,
                   readers_.above_node, ToString(cut.tick), cut.time);
      const auto taken = base::Clock::now();
      for (auto task = tasks_.begin(); task != tasks_.end();) {
        context_.interrupt.ThrowIfCancelled();
        const auto current = task++;
        if (Compare(*current, cut)) tasks_.erase(current);
        if (base::Clock::now() - taken > context_.settings.seconds("max_snapshot_age")) break;
      }
    }
  }

 private:
  void Open(compare::Readers& readers, const pg::ConnectOptions& options, const std::string& node) {
    for (int i = 0; i < options_.sessions; ++i)
      readers.push_back(std::make_unique<pg::SnapshotReader>(
          context_.interrupt, [&](base::Interrupt& interrupt) {
            return ConnectAs(options, interrupt, "node \"" + node + "\"");
          }));
  }

  cascade::Cut TakeCut() {
    cascade::CutOptions options{
        .queue = session_.queue(),
        .holds_whole_batches =
            [this](pqxx::transaction_base& tx) { return HoldsWholeBatches(tx, session_.queue()); },
        .remind = [](const std::string& line) { spdlog::info("{}", line); }};
    if (options_.force) options.patience = std::chrono::hours(24 * 365);
    return cascade::TakeCut({readers_.above_node, *above_, readers_.above},
                            {readers_.below_node, session_.local(), readers_.below}, options);
  }

  // False: it is to be tried again with another cut.
  bool Compare(Task& task, const cascade::Cut& cut) {
    ComparedTable& result = results_[task.place];
    result.tick = ToString(cut.tick);
    result.tick_time = cut.time;
    const auto start = base::Clock::now();
    try {
      Match(task, result);
      const auto progress = [&](const compare::ComparisonProgress& told) {
        observer_.Progress(result.table,
                           told.all_bytes > 0 ? static_cast<double>(told.bytes) /
                                                    static_cast<double>(told.all_bytes)
                                              : 0,
                           told.finding_rows);
      };
      result.result =
          compare::CompareTable(readers_, result.comparison,
                                {.differences = options_.most_differences}, context_.interrupt,
                                progress);
    } catch (const compare::TableRewritten& error) {
      if (++task.attempts < kAttempts) return false;
      result.reason = error.what();
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() == pg::sqlstate::kLockNotAvailable && ++task.attempts < kAttempts)
        return false;
      result.reason = pg::DescribeCurrentFailure().message;
    } catch (const pqxx::failure&) {
      throw;  // a session is lost
    } catch (const base::Error& error) {
      result.reason = error.what();
    }
    result.seconds = duration<double>(base::Clock::now() - start).count();
    observer_.Compared(result);
    return true;
  }

  void Match(const Task& task, ComparedTable& result) {
    const handlers::CopySelection selection = task.handler->Selection();
    pg::SnapshotReader& above = *readers_.above.front();
    pg::SnapshotReader& below = *readers_.below.front();
    result.part = session_.node().merge_leaf();
    result.comparison = compare::MatchTables(
        task.table->name,
        {above.tx(), task.there, readers_.above_node, pg::ServerEncoding(above.connection()),
         selection.condition},
        {below.tx(), task.table->dest, readers_.below_node, pg::ServerEncoding(below.connection()),
         result.part ? selection.condition : ""},
        selection.target_column);
    result.part = result.part && selection.condition.empty();
    result.unexplained.clear();
    for (const std::string& column : result.comparison.only_above)
      if (!task.table->left_out.contains(column)) result.unexplained.push_back(column);
  }

  const CommandContext& context_;
  NodeSession& session_;
  const CompareOptions& options_;
  std::list<Task>& tasks_;
  std::vector<ComparedTable>& results_;
  CompareObserver& observer_;
  pg::ConnectOptions above_options_;
  std::unique_ptr<pg::Connection> above_;
  compare::CutReaders readers_;
};

// Tables that can be compared at all.
std::list<Task> TasksFor(const CommandContext& context, NodeSession& session,
                         const std::vector<tables::Table>& tables,
                         std::vector<ComparedTable>& results) {
  const auto settings = handlers::HandlerSettings::Read(context.settings);
  pqxx::read_transaction tx(session.local());
  std::list<Task> tasks;
  for (const tables::Table& table : tables) {
    results.push_back({.table = table.name});
    ComparedTable& result = results.back();
    if (!table.state.ok() || table.custom_snapshot) {
      result.reason = "Table " + table.name + " not synced yet, no point";
      continue;
    }
    try {
      auto handler = handlers::MakeHandlerOf(table, settings);
      handler->LookAtTarget(tx);
      const std::string why = handler->why_rows_differ();
      if (why.empty() && !handler->rewrites_rows())
        tasks.push_back({&table, results.size() - 1, {}, std::move(handler)});
      else
        result.reason = "handler " + table.handler_text() + ": " +
                        (why.empty() ? "it rewrites rows" : why);
    } catch (const handlers::UnusableHandler& error) {
      result.reason = error.what();
    }
  }
  return tasks;
}

}  // namespace

std::vector<ComparedTable> CompareNodes(const CommandContext& context, NodeSession& session,
                                        const std::vector<tables::Table>& tables,
                                        const CompareOptions& options, CompareObserver& observer) {
  std::vector<ComparedTable> results;
  std::vector<NodeAbove> nodes =
      Search(context, session, options, results).Run(TasksFor(context, session, tables, results));
  for (const ComparedTable& result : results)
    if (!result.reason.empty()) observer.Compared(result);
  for (NodeAbove& node : nodes)
    PairOfNodes(context, session, options, node, results, observer).Run();
  return results;
}

}  // namespace londiste::node
