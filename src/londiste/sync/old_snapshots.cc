#include "londiste/sync/old_snapshots.h"

#include <spdlog/spdlog.h>

#include "londiste/tables/table_state.h"

namespace londiste::sync {

void OldSnapshots::Remember(const tables::TableList& tables, const std::string& now) {
  std::map<std::string, Entry> entries;
  for (const tables::Table& table : tables.tables()) {
    if (!table.local || table.state.kind != tables::MergeState::Kind::kOk || !table.custom_snapshot)
      continue;
    const auto known = entries_.find(table.name);
    entries[table.name] = {*table.custom_snapshot,
                           known == entries_.end() ? now : known->second.seen_at};
  }
  entries_ = std::move(entries);
}

// An event of a transaction that began after the snapshot shows that the batch's tick is newer.
// Without one, a tick well after the snapshot was first seen here is (a minute, for clocks that
// disagree).
bool OldSnapshots::Covered(const cascade::BatchContext& context, const pgq::Snapshot& snapshot,
                           const std::string& seen_at) const {
  if (newest_ >= snapshot.xmax()) return true;
  pqxx::work tx(context.target);
  return tx
      .exec_params1("select $1::timestamptz > $2::timestamptz + interval '1 minute'",
                    context.batch.tick_time, seen_at)[0]
      .as<bool>();
}

bool OldSnapshots::Clear(const cascade::BatchContext& context) {
  bool cleared = false;
  for (const auto& [name, entry] : entries_) {
    if (!Covered(context, entry.snapshot, entry.seen_at)) continue;
    pqxx::work tx(context.target);
    try {
      tables::ChangeTableState(tx, context.node.queue, name,
                               {.to = {.kind = tables::MergeState::Kind::kOk},
                                .actor = tables::StateTransition::Actor::kMainWorker,
                                .snapshot = entry.snapshot});
    } catch (const tables::CopyNotWanted&) {
      continue;  // removed or to be copied again; the next load tells
    }
    tx.commit();
    spdlog::debug("{}: snapshot of its copy cleared", name);
    cleared = true;
  }
  return cleared;
}

}  // namespace londiste::sync
