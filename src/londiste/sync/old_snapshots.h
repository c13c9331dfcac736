// Snapshots that SkyTools leaves on tables in state ok: their events are filtered by transaction
// until a tick covers the snapshot. Ours hand over without one. Worker's thread only.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "cascade/batch_handler.h"
#include "londiste/tables/table_list.h"

namespace londiste::sync {

class OldSnapshots {
 public:
  // After each load of the tables; `now`: the target's clock.
  void Remember(const tables::TableList& tables, const std::string& now);
  void BatchBegins() { newest_ = pgq::Txid(0); }
  void Saw(pgq::Txid txid) { newest_ = std::max(newest_, txid); }
  // After a commit: clears those that no later event can be contained in. True when one was
  // cleared.
  bool Clear(const cascade::BatchContext& context);

 private:
  bool Covered(const cascade::BatchContext& context, const pgq::Snapshot& snapshot,
               const std::string& seen_at) const;
  struct Entry {
    pgq::Snapshot snapshot;
    std::string seen_at;
  };
  std::map<std::string, Entry> entries_;
  pgq::Txid newest_;  // of the batch's events
};

}  // namespace londiste::sync
