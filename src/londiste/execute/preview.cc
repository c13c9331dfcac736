#include "londiste/execute/preview.h"

#include "londiste/execute/database_scope.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/script.h"
#include "londiste/execute/script_progress.h"

namespace londiste::execute {

using Verdict = ScriptPreview::Verdict;

std::string ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRun:
      return "run";
    case Verdict::kSkip:
      return "skip";
    case Verdict::kPartial:
      return "partial";
    case Verdict::kApplied:
      return "applied";
    case Verdict::kUnfinished:
      break;
  }
  return "unfinished";
}

ScriptPreview Preview(pqxx::transaction_base& tx, const std::string& queue,
                      const ScriptText& script) {
  const auto progress = ReadProgress(tx, queue);
  if (progress && progress->file == script.file && !progress->finished)
    return {Verdict::kUnfinished, progress->error};
  if (IsApplied(tx, script.file)) return {Verdict::kApplied};
  DatabaseScope scope(tx, queue);
  const NodeFit fit =
      FitToNode(ExecuteAttributes::FromEncoded(script.attributes.value_or("")), scope);
  if (fit.partly()) return {Verdict::kPartial, fit.DescribePart()};
  return {fit.runs() ? Verdict::kRun : Verdict::kSkip};
}

std::vector<std::string> CutsOf(const ScriptText& text) {
  const Script script(text.file, text.sql);
  std::vector<std::string> cuts;
  for (std::size_t step = 0; step < script.steps().size(); ++step) {
    const StatementRules& rules = script.steps()[step].rules;
    if (rules.outside) cuts.push_back(script.Place(step) + " runs outside a transaction");
    if (rules.ends_transaction) cuts.push_back(script.Place(step) + " ends its transaction");
  }
  return cuts;
}

}  // namespace londiste::execute
