#include "londiste/sync/pending_fkeys.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace londiste::sync {
namespace {

constexpr const char* kPendingFkey = "pending_fkey";
constexpr int kPausePerLook = 50;  // thousands of keys take a while

// With a row for each side, since a join on "one or the other" compares all keys with all tables.
constexpr const char* kPending =
    "select p.from_table, p.to_table, p.fkey_name, "
    "string_agg(distinct coalesce(t.dest_table, t.table_name), ', ') filter (where t.merge_state "
    "is distinct from 'ok' or t.custom_snapshot is not null) "
    "from londiste.pending_fkeys p "
    "cross join lateral (values (p.from_table), (p.to_table)) side (table_name) "
    "join londiste.table_info t on t.local and "
    "coalesce(t.dest_table, t.table_name) = side.table_name "
    "group by 1, 2, 3 having bool_or(t.queue_name = $1)";

// Nothing about one that is just being restored.
std::optional<pgq::Condition> Describe(const pqxx::row& row,
                                       const std::vector<structure::FkeyFailure>& failures) {
  const std::string from = row[0].c_str(), to = row[1].c_str(), name = row[2].c_str();
  pgq::Condition condition{.kind = kPendingFkey,
                           .subject = from + " " + name,
                           .severity = pgq::ConditionSeverity::kNotice,
                           .message = "foreign key \"" + name + "\" of table \"" + from +
                                      "\" to \"" + to + "\" is missing: ",
                           .hint = {}};
  if (!row[3].is_null()) {
    condition.message += std::string("it waits for the copy of ") + row[3].c_str();
    return condition;
  }
  const auto failed = std::ranges::find_if(
      failures, [&](const auto& fkey) { return fkey.from_table == from && fkey.name == name; });
  if (failed == failures.end()) return std::nullopt;
  condition.severity = pgq::ConditionSeverity::kWarning;
  condition.message += "it cannot be restored: " + failed->message;
  condition.hint =
      "Correct the rows, and the worker restores the foreign key; or give it up with: delete from "
      "londiste.pending_fkeys where from_table = " +
      pg::QuoteLiteral(from) + " and fkey_name = " + pg::QuoteLiteral(name) + ";";
  return condition;
}

// Those of tables that `queue` replicates here. `failures`: what the last attempt to restore met.
std::vector<pgq::Condition> DescribeAll(pg::Connection& target, const std::string& queue,
                                        const std::vector<structure::FkeyFailure>& failures) {
  pqxx::nontransaction tx(target);
  std::vector<pgq::Condition> conditions;
  for (const pqxx::row& row : tx.exec_params(kPending, queue))
    if (auto condition = Describe(row, failures)) conditions.push_back(std::move(*condition));
  return conditions;
}

}  // namespace

void PendingFkeys::Look(pg::Connection& target, const std::string& situation, bool any) {
  awaits_.reset();
  if (any) awaits_ = restorer_.Run(worker_, situation);
  Tell(target, situation, any);
}

// What could not be restored, and what waits for its tables, is told when something changed: keys,
// states of tables, the result of the last attempt.
void PendingFkeys::Tell(pg::Connection& target, const std::string& situation, bool any) {
  const std::vector<structure::FkeyFailure> failures = restorer_.Failures(situation);
  const std::string now = situation + structure::Describe(failures);
  if (now == told_) return;
  const auto start = base::Clock::now();
  if (any && start < tell_not_before_) {
    awaits_ = std::min(awaits_.value_or(tell_not_before_), tell_not_before_);
    return;
  }
  conditions_.Replace(kPendingFkey, any ? DescribeAll(target, worker_.queue, failures)
                                        : std::vector<pgq::Condition>());
  told_ = now;
  const auto end = base::Clock::now();
  tell_not_before_ = end + (end - start) * kPausePerLook;
}

}  // namespace londiste::sync
