#include "londiste/node/compare_nodes.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/error.h"
#include "londiste/compare/piece.h"
#include "londiste/compare/rewritten_table.h"
#include "londiste/node/node_pair.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::node {
namespace {

using compare::ComparedTable;

constexpr int kAttempts = 5;  // of a table that changes under our hands

void Tell(NodeSession& session, const CompareOptions& options, const ComparedTable& table,
          CompareObserver& observer) {
  if (options.keeps_results()) {
    pqxx::work tx(session.local());
    compare::StoreResult(tx, session.queue(), table, options.run.id);
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
        pair_(context, session, above,
              {options.sessions, options.force, options.where, options.may_lock}),
        tables_(above.tables),
        results_(results),
        observer_(observer),
        after_(after) {}

  void Run() {
    try {
      RunAll();
    } catch (const std::exception&) {
      if (pg::DescribeCurrentFailure(&context_.interrupt).kind != pg::FailureKind::kConnectionLost)
        throw;
      throw base::Error("lost the connection to node \"" + pair_.LostNode() + "\"",
                        "What was told until then stays. Run " + std::string(context_.command) +
                            " again when the server is there.");
    }
  }

 private:
  void RunAll() {
    while (!tables_.empty()) {
      PayDebt();
      const auto cut_or_none = TakeCut();
      if (!cut_or_none) continue;
      const cascade::Cut& cut = *cut_or_none;
      observer_.Note("comparing node " + pair_.readers().below_node + " with node " +
                     pair_.readers().above_node + " at tick " + ToString(cut.tick) + " (" +
                     cut.time + ")");
      age_ = base::Deadline::After(context_.settings.seconds("max_snapshot_age"));
      too_old_ = false;
      if (options_.throttle != nullptr) options_.throttle->Begin(age_);
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
        if (too_old_ || age_.Passed()) break;
      }
    }
  }

  // nullopt: the next table cannot be locked, which was told.
  std::optional<cascade::Cut> TakeCut() {
    PairedTable& first = tables_.front();
    try {
      return pair_.TakeCut(first);
    } catch (const pqxx::insufficient_privilege&) {
      if (pair_.whole_queue()) throw;
      NotLocked(first, " (grant update on " + first.there.Quoted() + ")");
    } catch (const pqxx::sql_error&) {
      if (pair_.whole_queue()) throw;
      NotLocked(first, "");
    }
    tables_.pop_front();
    return std::nullopt;
  }

  // The rest for which the last cut had no time.
  void PayDebt() {
    if (options_.throttle == nullptr) return;
    pair_.EndCut();
    const base::Deadline end = base::Deadline::After(options_.throttle->TakeDebt());
    while (!end.Passed() && context_.interrupt.Sleep(end) != base::Interrupt::Woken::kStop) {
    }
  }

  // Called while the server's refusal is handled.
  void NotLocked(const PairedTable& table, const std::string& way_out) {
    ComparedTable& result = results_[table.place];
    result.reason = "could not lock table " + table.there.ToString() + " of node " +
                    pair_.readers().above_node +
                    " against writers: " + pg::DescribeCurrentFailure().message + way_out;
    Tell(session_, options_, result, observer_);
  }

  // False: it is to be tried again with another cut.
  bool Compare(PairedTable& table, const cascade::Cut& cut) {
    ComparedTable& result = results_[table.place];
    result.tick = ToString(cut.tick);
    result.tick_time = cut.time;
    const auto start = base::Clock::now();
    observer_.Begins(result.table);
    try {
      pair_.Match(table, result);
      if (!result.comparison.rewrites.empty() && !options_.query.sql.empty())
        throw base::Error("handler " + table.table->handler_text() +
                          " rewrites rows: compare_sql cannot be asked on both sides");
      result.result = compare::CompareTable(pair_.readers(), result.comparison, Scope(result),
                                            context_.interrupt,
                                            [&](const auto& told) { Progress(result, told); });
    } catch (const compare::TableRewritten& error) {
      if (Again(table, error.what())) return false;
      result.reason = error.what();
    } catch (const pqxx::sql_error& error) {
      const std::string why = pg::DescribeCurrentFailure().message;
      if (error.sqlstate() == pg::sqlstate::kLockNotAvailable && Again(table, why)) return false;
      result.reason = why;
    } catch (const base::Error& error) {
      result.reason = error.what();
    }
    result.seconds = std::chrono::duration<double>(base::Clock::now() - start).count();
    Tell(session_, options_, result, observer_);
    if (!options_.keep_rows) result.result.different = {};
    return true;
  }

  void Progress(const ComparedTable& table, const compare::ComparisonProgress& told) {
    observer_.Progress(told);
    if (!age_.Passed()) return;
    age_ = base::Deadline::Never();
    too_old_ = true;
    observer_.Note(table.table +
                   ": takes longer than max_snapshot_age: it is read to its end at tick " +
                   table.tick + ", and VACUUM keeps what that shows; --parallel makes it faster");
  }

  bool Again(PairedTable& table, const std::string& why) {
    if (++table.attempts >= kAttempts) return false;
    observer_.Again(results_[table.place].table, why);
    return true;
  }

  compare::ComparisonScope Scope(const ComparedTable& table) const {
    return {.count_only = options_.count_only,
            .query = options_.query,
            .differences = options_.most_differences,
            .memory = options_.memory,
            .ignore_extra = table.part,
            .throttle = options_.throttle};
  }

  const CommandContext& context_;
  NodeSession& session_;
  const CompareOptions& options_;
  NodePair pair_;
  std::list<PairedTable>& tables_;
  std::vector<ComparedTable>& results_;
  CompareObserver& observer_;
  const AfterTable& after_;
  base::Deadline age_ = base::Deadline::Never();  // of the cut; not once that was told
  bool too_old_ = false;
};

std::map<std::string, std::int64_t> Sizes(NodeSession& session,
                                          const std::vector<NodeAbove>& nodes) {
  std::map<std::string, std::int64_t> sizes;
  pqxx::work tx(session.local());
  for (const NodeAbove& node : nodes)
    for (const PairedTable& table : node.tables)
      sizes[table.table->name] = compare::BytesOf(tx, table.table->dest);
  return sizes;
}

// Tables that the run had compared before it was interrupted, with the same node.
void LeaveOut(NodeSession& session, const compare::ComparisonRun& run,
              std::vector<NodeAbove>& nodes, std::vector<ComparedTable>& results,
              CompareObserver& observer) {
  pqxx::work tx(session.local());
  const std::vector<compare::StoredResult> stored = compare::ReadResults(tx, session.queue());
  std::size_t left_out = 0;
  for (NodeAbove& node : nodes)
    left_out += node.tables.remove_if([&](const PairedTable& table) {
      const auto before =
          std::ranges::find(stored, table.table->name, &compare::StoredResult::table);
      if (before == stored.end() || before->run != run.id || !before->equal ||
          before->compared_with != node.name)
        return false;
      results[table.place] = compare::FromStored(*before);
      return true;
    });
  std::erase_if(nodes, [](const NodeAbove& node) { return node.tables.empty(); });
  observer.Note(run.note + ": " + std::to_string(left_out) + " of " +
                std::to_string(results.size()) + " tables are compared already");
}

}  // namespace

std::vector<ComparedTable> CompareNodes(const CommandContext& context, NodeSession& session,
                                        const std::vector<tables::Table>& tables,
                                        const CompareOptions& options, CompareObserver& observer,
                                        const AfterTable& after) {
  std::vector<ComparedTable> results;
  std::vector<NodeAbove> nodes = FindNodesAbove(context, session, tables, options.with, results);
  if (options.run.goes_on) LeaveOut(session, options.run, nodes, results, observer);
  observer.Planned(Sizes(session, nodes));
  for (const ComparedTable& result : results)
    if (!result.compared()) Tell(session, options, result, observer);
  for (NodeAbove& node : nodes)
    ComparisonOfNodes(context, session, options, node, results, observer, after).Run();
  return results;
}

}  // namespace londiste::node
