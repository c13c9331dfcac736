#include "londiste/sync/structure_watch.h"

#include <algorithm>
#include <utility>

#include "pg/may_call.h"

namespace londiste::sync {
namespace {

constexpr const char* kKind = "structure_differs";
constexpr base::Duration kSoon{2'000};
// Comparing takes some milliseconds a table, and the worker does nothing else meanwhile.
constexpr base::Duration kAtATime{50};
constexpr int kPausePerLook = 50;  // thousands of tables take a while
constexpr std::size_t kStatementsShown = 3;

// check is where every node begins.
bool IsOff(pqxx::transaction_base& target, const std::string& queue) {
  if (!pg::MayCall(target, "londiste.structure_difference(jsonb, jsonb, text, boolean)"))
    return true;
  return !target
              .exec_params(
                  "select 1 from londiste.ddl_setting where queue_name = $1 and mode = "
                  "'off'",
                  queue)
              .empty();
}

pgq::Condition Describe(const std::string& table,
                        const std::vector<structure::Difference>& differences) {
  using Severity = structure::Difference::Severity;
  pgq::Condition condition{.kind = kKind, .subject = table, .message = {}, .hint = {}};
  std::size_t statements = 0;
  for (const structure::Difference& difference : differences) {
    if (!difference.hurts()) continue;
    if (difference.severity == Severity::kError)
      condition.severity = pgq::ConditionSeverity::kError;
    condition.message +=
        (condition.message.empty() ? "table " + table + ": " : "; ") + difference.message;
    if (difference.statement.empty() || ++statements > kStatementsShown) continue;
    condition.hint += (condition.hint.empty() ? "Either side may be mended. Here: " : " ") +
                      difference.statement + ";";
  }
  if (statements > kStatementsShown || condition.hint.empty())
    condition.hint += (condition.hint.empty() ? "" : " ") + std::string("Run check ") + table +
                      " for all differences.";
  return condition;
}

}  // namespace

void StructureWatch::Restart() {
  compared_.clear();
  seen_once_.clear();
  told_.clear();
}

std::vector<StructureWatch::Pair> StructureWatch::FindPairs(
    const cascade::NodeInfo& node, const tables::TableList& tables,
    pqxx::transaction_base& provider) const {
  std::vector<Pair> pairs;
  const std::vector<tables::Table> there = tables::ReadTables(provider, node.queue);
  for (const tables::Table& table : tables.tables()) {
    // A copy takes away indexes and constraints; what a handler makes of rows is its own affair.
    if (!table.local || !table.state.ok() || !table.handler_text().empty()) continue;
    const tables::Table* of_provider = tables::FindTable(there, table.name);
    if (of_provider == nullptr || !of_provider->local) continue;
    pairs.push_back({table.name, table.dest, of_provider->dest, table.left_out});
  }
  return pairs;
}

void StructureWatch::Compare(const Pair& pair, pqxx::transaction_base& provider,
                             pqxx::transaction_base& target) {
  const auto here = structure::DescribeAsJson(target, pair.here);
  const auto there = structure::DescribeAsJson(provider, pair.there);
  std::vector<structure::Difference> differences;
  // A table that is gone is another condition.
  if (here && there) differences = structure::FindDifferences(target, pair.here, *here, *there);
  std::erase_if(differences, [&](const structure::Difference& difference) {
    return difference.kind == "column" && pair.left_out.contains(difference.name);
  });
  const bool seen = seen_once_.erase(pair.queue_name) > 0 || told_.contains(pair.queue_name);
  told_.erase(pair.queue_name);
  if (std::ranges::any_of(differences, &structure::Difference::hurts))
    (seen ? told_ : seen_once_)[pair.queue_name] = Describe(pair.queue_name, differences);
}

// What an earlier worker told and is not found again ends, too.
void StructureWatch::Tell() {
  std::vector<pgq::Condition> now;
  for (const auto& [table, condition] : told_) now.push_back(condition);
  conditions_.Replace(kKind, std::move(now));
}

base::Duration StructureWatch::LookIfDue(const cascade::NodeInfo& node,
                                         const tables::TableList& tables, pg::Connection& provider,
                                         pg::Connection& target, base::Duration every) {
  const auto start = base::Clock::now();
  if (start >= next_) {
    const base::Duration wait = Look(node, tables, provider, target, every);
    const auto end = base::Clock::now();
    earliest_ = end + (end - start) * kPausePerLook;
    next_ = std::max(end + wait, earliest_);
  }
  return std::chrono::ceil<base::Duration>(next_ - base::Clock::now());
}

base::Duration StructureWatch::Look(const cascade::NodeInfo& node, const tables::TableList& tables,
                                    pg::Connection& provider, pg::Connection& target,
                                    base::Duration every) {
  pqxx::work here(target), there(provider);
  if (IsOff(here, node.queue)) {
    Restart();
    Tell();
    return every;
  }
  // A role that may only read the queue there goes on replicating.
  if (!pg::MayCall(there, "londiste.get_table_list(text)")) return every;
  const std::vector<Pair> pairs = FindPairs(node, tables, there);
  std::vector<pg::QualifiedName> names_here, names_there;
  for (const Pair& pair : pairs) {
    names_here.push_back(pair.here);
    names_there.push_back(pair.there);
  }
  auto prints_here = structure::StructureFingerprints(here, names_here);
  auto prints_there = structure::StructureFingerprints(there, names_there);
  const auto before = std::exchange(compared_, {});
  const base::Deadline enough = base::Deadline::After(kAtATime);
  bool all = true;
  for (const Pair& pair : pairs) {
    const std::string print = prints_here[pair.here] + " " + prints_there[pair.there];
    const auto known = before.find(pair.queue_name);
    const bool must =
        known == before.end() || known->second != print || seen_once_.contains(pair.queue_name);
    if (must && enough.Passed()) {
      all = false;
      compared_[pair.queue_name];  // the next time
      continue;
    }
    if (must) Compare(pair, there, here);
    compared_[pair.queue_name] = print;
  }
  const auto is_gone = [this](const auto& entry) { return !compared_.contains(entry.first); };
  std::erase_if(told_, is_gone);
  std::erase_if(seen_once_, is_gone);
  if (all && seen_once_.empty()) Tell();
  return all && seen_once_.empty() ? every : std::min(every, kSoon);
}

}  // namespace londiste::sync
