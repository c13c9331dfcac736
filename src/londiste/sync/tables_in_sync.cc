#include "londiste/sync/tables_in_sync.h"

#include "base/error.h"
#include "londiste/apply/row_event.h"
#include "londiste/handlers/handler_table.h"
#include "pg/qualified_name.h"

namespace londiste::sync {
namespace {

// Conditions, of a table.
constexpr const char* kHandlerUnknown = "handler_unknown";
constexpr const char* kHandlerUnusable = "handler_unusable";
constexpr base::Duration kCheckAgain{10'000};

std::string HintFor(const std::string& table) {
  return "Nothing is lost: replication of this node waits at the first change of the table. Use a "
         "version that has the handler, or remove the table: remove-table " +
         table + ".";
}

}  // namespace

void TablesInSync::Load(pqxx::transaction_base& tx, const tables::TableList& list,
                        const std::optional<std::vector<std::string>>& changed,
                        const std::string& now, const handlers::HandlerSettings& settings,
                        pgq::Conditions& conditions) {
  old_snapshots_.Remember(list, now);
  const auto take = [&](const tables::Table& table) {
    if (table.local) tables_.insert_or_assign(table.name, MakeEntry(tx, table, settings));
  };
  if (changed) {
    for (const std::string& name : *changed) {
      tables_.erase(name);
      take(*list.Find(name));
    }
  } else {
    tables_.clear();
    for (const tables::Table& table : list.tables()) take(table);
  }
  Tell(conditions);
}

TablesInSync::Entry TablesInSync::MakeEntry(pqxx::transaction_base& tx, const tables::Table& table,
                                            const handlers::HandlerSettings& settings) {
  Entry entry{{table, nullptr}, {}, {}, {}};
  try {
    entry.target.handler = handlers::MakeHandlerOf(table, settings);
    entry.target.handler->LookAtTarget(tx);
  } catch (const handlers::UnknownHandler& error) {
    entry.why_not = error.what();
    entry.hint = HintFor(table.name);
    entry.condition = kHandlerUnknown;
  } catch (const handlers::UnusableHandler& error) {
    entry.why_not = error.what();
    entry.hint = error.hint();
    entry.condition = kHandlerUnusable;
  }
  return entry;
}

void TablesInSync::Tell(pgq::Conditions& conditions) {
  std::vector<pgq::Condition> unknown, unusable;
  for (const auto& [name, entry] : tables_)
    if (!entry.why_not.empty())
      (entry.condition == kHandlerUnknown ? unknown : unusable).push_back(Unusable(entry));
  check_again_ = unusable.empty() ? base::Deadline::Never() : base::Deadline::After(kCheckAgain);
  conditions.Replace(kHandlerUnknown, std::move(unknown));
  conditions.Replace(kHandlerUnusable, std::move(unusable));
}

pgq::Condition TablesInSync::Unusable(const Entry& entry) {
  const std::string& table = entry.target.table.name;
  return {.kind = entry.condition,
          .subject = table,
          .severity = pgq::ConditionSeverity::kError,
          .message = "table " + table + " cannot be replicated: " + entry.why_not,
          .hint = entry.hint};
}

TablesInSync::Entry* TablesInSync::Find(std::string_view queue_table) {
  auto found = tables_.find(queue_table);
  if (found == tables_.end()) found = tables_.find(pg::WithDefaultSchema(queue_table));
  return found == tables_.end() ? nullptr : &found->second;
}

void TablesInSync::RequireUsable(const Entry& entry) {
  if (entry.why_not.empty()) return;
  const pgq::Condition condition = Unusable(entry);
  throw base::Error(condition.message, condition.hint);
}

apply::TargetTable* TablesInSync::Resolve(std::string_view queue_table, pgq::Txid txid) {
  old_snapshots_.Saw(txid);
  Entry* found = Find(queue_table);
  if (!found || !found->target.table.state.ok()) return nullptr;
  RequireUsable(*found);
  const auto& snapshot = found->target.table.custom_snapshot;  // left by SkyTools
  return snapshot && snapshot->Contains(txid) ? nullptr : &found->target;
}

bool TablesInSync::PassesOn(pgq::Event& event, handlers::Onward where) {
  Entry* found = Find(event.extra1_or_empty());
  if (!found) return true;
  RequireUsable(*found);
  const bool truncate = apply::RowEvent::IsTruncate(event.type_or_empty(), event.data_or_empty());
  if (found->target.rewrites_rows()) event = found->target.Rewrite(event);
  return found->target.handler->PassesOn({event, truncate}, where);
}

}  // namespace londiste::sync
