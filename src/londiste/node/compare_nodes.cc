#include "londiste/node/compare_nodes.h"

#include <spdlog/spdlog.h>

#include <chrono>

#include "base/error.h"
#include "londiste/compare/stored_results.h"
#include "londiste/node/node_pair.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::node {
namespace {

using compare::ComparedTable;

constexpr int kAttempts = 5;  // of a table that changes under our hands

// A part of the rows, their number, or what somebody takes for a checksum prove nothing.
void Tell(NodeSession& session, const CompareOptions& options, const ComparedTable& table,
          CompareObserver& observer) {
  if (options.where.empty() && !options.count_only && options.query.sql.empty()) {
    pqxx::work tx(session.local());
    compare::StoreResult(tx, session.queue(), table);
    tx.commit();
  }
  observer.Compared(table);
}

// The tables of this node that come from one other.
class ComparisonOfNodes {
 public:
  ComparisonOfNodes(const CommandContext& context, NodeSession& session,
                    const CompareOptions& options, NodeAbove& above,
                    std::vector<ComparedTable>& results, CompareObserver& observer,
                    const AfterTable& after)
      : context_(context),
        session_(session),
        options_(options),
        pair_(context, session, above, {options.sessions, options.force, options.where}),
        tables_(above.tables),
        results_(results),
        observer_(observer),
        after_(after) {}

  void Run() {
    while (!tables_.empty()) {
      const cascade::Cut cut = pair_.TakeCut(tables_.front());
      spdlog::info("comparing node {} with node {} at tick {} ({})", pair_.readers().below_node,
                   pair_.readers().above_node, ToString(cut.tick), cut.time);
      const auto taken = base::Clock::now();
      for (auto next = tables_.begin(); next != tables_.end();) {
        context_.interrupt.ThrowIfCancelled();
        const auto table = next++;
        if (!Compare(*table, cut)) {
          if (pair_.whole_queue()) continue;
          break;
        }
        const ComparedTable& result = results_[table->place];
        const tables::Table& compared = *table->table;
        tables_.erase(table);
        if (after_ && result.compared() && !after_(pair_, compared, result)) break;
        if (!pair_.whole_queue()) break;
        if (base::Clock::now() - taken > context_.settings.seconds("max_snapshot_age")) break;
      }
    }
  }

 private:
  // False: it is to be tried again with another cut.
  bool Compare(PairedTable& table, const cascade::Cut& cut) {
    ComparedTable& result = results_[table.place];
    result.tick = ToString(cut.tick);
    result.tick_time = cut.time;
    const auto start = base::Clock::now();
    try {
      pair_.Match(table, result);
      result.result = compare::CompareTable(
          pair_.readers(), result.comparison, Scope(result), context_.interrupt,
          [&](const auto& told) { observer_.Progress(result.table, told); });
    } catch (const compare::TableRewritten& error) {
      if (++table.attempts < kAttempts) return false;
      result.reason = error.what();
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() == pg::sqlstate::kLockNotAvailable && ++table.attempts < kAttempts)
        return false;
      result.reason = pg::DescribeCurrentFailure().message;
    } catch (const base::Error& error) {
      result.reason = error.what();
    }
    result.seconds = std::chrono::duration<double>(base::Clock::now() - start).count();
    Tell(session_, options_, result, observer_);
    return true;
  }

  compare::ComparisonScope Scope(const ComparedTable& table) const {
    return {.count_only = options_.count_only,
            .query = options_.query,
            .differences = options_.most_differences,
            .ignore_extra = table.part};
  }

  const CommandContext& context_;
  NodeSession& session_;
  const CompareOptions& options_;
  NodePair pair_;
  std::list<PairedTable>& tables_;
  std::vector<ComparedTable>& results_;
  CompareObserver& observer_;
  const AfterTable& after_;
};

}  // namespace

std::vector<ComparedTable> CompareNodes(const CommandContext& context, NodeSession& session,
                                        const std::vector<tables::Table>& tables,
                                        const CompareOptions& options, CompareObserver& observer,
                                        const AfterTable& after) {
  std::vector<ComparedTable> results;
  std::vector<NodeAbove> nodes = FindNodesAbove(context, session, tables, options.with, results);
  for (const ComparedTable& result : results)
    if (!result.compared()) Tell(session, options, result, observer);
  for (NodeAbove& node : nodes)
    ComparisonOfNodes(context, session, options, node, results, observer, after).Run();
  return results;
}

}  // namespace londiste::node
