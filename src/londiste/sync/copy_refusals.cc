#include "londiste/sync/copy_refusals.h"

#include <optional>

#include "londiste/copy_thread/copy_run.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/tables/other_feeders.h"

namespace londiste::sync {
namespace {

using Kind = tables::MergeState::Kind;

constexpr const char* kCopyRefused = "copy_refused";
constexpr base::Duration kCheckAgain{60'000};

// Why a table cannot be copied as things are.
std::optional<pgq::Condition> Refusal(const tables::Table& table,
                                      const std::map<std::string, std::string>& feeders,
                                      const std::string& combined,
                                      const handlers::HandlerSettings& settings) {
  pgq::Condition condition{.kind = kCopyRefused,
                           .subject = table.name,
                           .severity = pgq::ConditionSeverity::kError,
                           .message = {},
                           .hint = {}};
  if (!combined.empty()) {
    condition.message = "table " + table.name + " is not copied: as long as the node of queue " +
                        combined + " is a branch, rows come with that queue";
    condition.hint =
        "If rows are missing, run resync for the table there; then, here, remove-table "
        "and add-table --expect-sync.";
    return condition;
  }
  try {
    (void)handlers::MakeHandlerOf(table, settings);
  } catch (const handlers::UnusableHandler& error) {
    condition.message = "table " + table.name + " is not copied: " + error.what();
    condition.hint = error.hint();
    return condition;
  }
  const bool empties = table.state.kind == Kind::kNone || table.state.kind == Kind::kInCopy;
  const auto other = feeders.find(table.name);
  if (other != feeders.end() && empties && !table.skip_truncate()) {
    condition.message = tables::DescribeOtherFeeders(table.name, other->second);
    condition.hint = tables::kOtherFeedersHint;
    return condition;
  }
  return std::nullopt;
}

}  // namespace

void CopyRefusals::Find(const tables::TableList& tables,
                        const std::map<std::string, std::string>& feeders,
                        const std::string& combined, const handlers::HandlerSettings& settings,
                        pgq::Conditions& conditions) {
  refused_.clear();
  std::vector<pgq::Condition> refusals;
  for (const tables::Table& table : tables.tables()) {
    if (!table.local || table.state.kind == Kind::kOk) continue;
    if (auto refusal = Refusal(table, feeders, combined, settings)) {
      refused_.insert(table.name);
      refusals.push_back(std::move(*refusal));
    }
  }
  conditions.Replace(kCopyRefused, std::move(refusals));
  check_again_ = refused_.empty() ? base::Deadline::Never() : base::Deadline::After(kCheckAgain);
}

}  // namespace londiste::sync
