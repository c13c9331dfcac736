#include "londiste/sync/tables_in_sync.h"

#include "base/error.h"
#include "londiste/handlers/handler_arguments.h"

namespace londiste::sync {

void TablesInSync::Load(const tables::TableDirectory& directory, const std::string& now) {
  old_snapshots_.Remember(directory, now);
  tables_.clear();
  for (const tables::Table& table : directory.tables()) {
    if (!table.local || table.state.kind != tables::MergeState::Kind::kOk) continue;
    const handlers::HandlerArguments handler = handlers::ReadHandler(table);
    tables_.emplace(table.name,
                    Entry{{table.name, table.dest, handler.ignore_truncate, table.left_out},
                          table.custom_snapshot,
                          handler.refusal});
  }
}

const apply::TargetTable* TablesInSync::Resolve(std::string_view queue_table, pgq::Txid txid) {
  old_snapshots_.Saw(txid);
  auto found = tables_.find(queue_table);
  if (found == tables_.end() && queue_table.find('.') == std::string_view::npos)
    found = tables_.find("public." + std::string(queue_table));
  if (found == tables_.end()) return nullptr;
  const Entry& table = found->second;
  if (!table.refusal.empty())
    throw base::Error(table.refusal, "Remove the table, or change its handler.");
  return table.snapshot && table.snapshot->Contains(txid) ? nullptr : &table.target;
}

}  // namespace londiste::sync
