#include "londiste/sync/pending_fkeys.h"

#include <algorithm>
#include <optional>

namespace londiste::sync {
namespace {

constexpr const char* kPending =
    "select p.from_table, p.to_table, p.fkey_name, "
    "string_agg(distinct coalesce(t.dest_table, t.table_name), ', ') filter (where t.merge_state "
    "is distinct from 'ok' or t.custom_snapshot is not null) "
    "from londiste.pending_fkeys p join londiste.table_info t on t.local and "
    "coalesce(t.dest_table, t.table_name) in (p.from_table, p.to_table) "
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

}  // namespace

std::vector<pgq::Condition> DescribePendingFkeys(
    pg::Connection& target, const std::string& queue,
    const std::vector<structure::FkeyFailure>& failures) {
  pqxx::nontransaction tx(target);
  std::vector<pgq::Condition> conditions;
  for (const pqxx::row& row : tx.exec_params(kPending, queue))
    if (auto condition = Describe(row, failures)) conditions.push_back(std::move(*condition));
  return conditions;
}

}  // namespace londiste::sync
