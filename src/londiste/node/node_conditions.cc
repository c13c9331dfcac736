#include "londiste/node/node_conditions.h"

#include <algorithm>

#include "londiste/compare/stored_results.h"
#include "londiste/execute/script_progress.h"
#include "londiste/tables/table_faults.h"

namespace londiste::node {
namespace {

// No worker tells of a root's scripts.
void AddInterruptedScript(pqxx::transaction_base& tx, const std::string& queue,
                          const std::string& now, std::vector<pgq::StoredCondition>& conditions) {
  const auto script = execute::FindInterrupted(tx, queue);
  if (!script) return;
  const std::string interrupted = "script \"" + script->file + "\" was interrupted before its " +
                                  "statement " + std::to_string(script->statement);
  conditions.push_back({{.kind = "script_stopped",
                         .subject = script->file,
                         .severity = pgq::ConditionSeverity::kError,
                         .message = script->error.empty() ? interrupted : script->error,
                         .hint = execute::WaysOut(script->file)},
                        now});
}

void AddDifferences(pqxx::transaction_base& tx, const std::string& queue,
                    std::vector<pgq::StoredCondition>& conditions) {
  for (const compare::StoredResult& result : compare::ReadResults(tx, queue)) {
    if (!result.equal || *result.equal) continue;
    const std::string what =
        result.counts.ToString().empty() ? result.reason : result.counts.ToString();
    conditions.push_back(
        {{.kind = "rows_differ",
          .subject = result.table,
          .severity = pgq::ConditionSeverity::kError,
          .message = "table " + result.table + " differs from node " + result.compared_with +
                     " at tick " + result.tick + ": " + what,
          .hint = "compare " + result.table + " lists the rows, repair mends them."},
         result.compared_at});
  }
}

}  // namespace

std::vector<pgq::StoredCondition> ReadNodeConditions(pqxx::transaction_base& tx,
                                                     const std::string& queue) {
  std::vector<pgq::StoredCondition> told = pgq::ReadConditions(tx, queue);
  const std::string now =
      tx.exec1("select pg_catalog.date_trunc('second', pg_catalog.now())")[0].c_str();
  AddInterruptedScript(tx, queue, now, told);
  AddDifferences(tx, queue, told);
  const auto faults = tables::FindTableFaults(tx, queue);
  if (!faults) return told;
  std::vector<pgq::StoredCondition> shown;
  for (const pgq::Condition& fault : *faults) {
    const auto stored = std::ranges::find_if(told, [&](const pgq::StoredCondition& before) {
      return before.condition.kind == fault.kind && before.condition.subject == fault.subject;
    });
    shown.push_back({fault, stored == told.end() ? now : stored->since});
  }
  for (pgq::StoredCondition& other : told)
    if (!tables::IsTableFault(other.condition.kind)) shown.push_back(std::move(other));
  std::ranges::stable_sort(shown, std::greater<>(),
                           [](const auto& condition) { return condition.condition.severity; });
  return shown;
}

}  // namespace londiste::node
