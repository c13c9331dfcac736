#include "londiste/sync/tables_in_sync.h"

#include "base/error.h"
#include "londiste/handlers/handler_table.h"
#include "pg/qualified_name.h"

namespace londiste::sync {
namespace {

constexpr const char* kHandlerUnknown = "handler_unknown";  // a condition, of a table

std::string HintFor(const std::string& table) {
  return "Nothing is lost: replication of this node waits at the first change of the table. Use a "
         "version that has the handler, or remove the table: remove-table " +
         table + ".";
}

}  // namespace

void TablesInSync::Load(const tables::TableList& list, const std::string& now,
                        pgq::Conditions& conditions) {
  old_snapshots_.Remember(list, now);
  tables_.clear();
  std::vector<pgq::Condition> unknown;
  for (const tables::Table& table : list.tables()) {
    if (!table.local || !table.state.ok()) continue;
    Entry entry{{table, nullptr}, {}};
    try {
      entry.target.handler = handlers::MakeHandlerOf(table);
    } catch (const handlers::UnknownHandler& error) {
      entry.why_not = "table " + table.name + " cannot be replicated: " + error.what();
      unknown.push_back({.kind = kHandlerUnknown,
                         .subject = table.name,
                         .severity = pgq::ConditionSeverity::kError,
                         .message = entry.why_not,
                         .hint = HintFor(table.name)});
    }
    tables_.emplace(table.name, std::move(entry));
  }
  conditions.Replace(kHandlerUnknown, std::move(unknown));
}

apply::TargetTable* TablesInSync::Resolve(std::string_view queue_table, pgq::Txid txid) {
  old_snapshots_.Saw(txid);
  auto found = tables_.find(queue_table);
  if (found == tables_.end()) found = tables_.find(pg::WithDefaultSchema(queue_table));
  if (found == tables_.end()) return nullptr;
  Entry& entry = found->second;
  if (!entry.target.handler) throw base::Error(entry.why_not, HintFor(found->first));
  const auto& snapshot = entry.target.table.custom_snapshot;  // left by SkyTools
  return snapshot && snapshot->Contains(txid) ? nullptr : &entry.target;
}

}  // namespace londiste::sync
