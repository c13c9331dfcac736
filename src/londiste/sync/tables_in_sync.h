// The tables whose events the main worker applies: local, ok, and where they go. Worker's thread
// only.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "londiste/apply/target_table.h"
#include "londiste/sync/old_snapshots.h"
#include "londiste/tables/table_list.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TablesInSync {
 public:
  // `now`: the target's clock. Tables whose handler does not exist become conditions.
  void Load(const tables::TableList& list, const std::string& now, pgq::Conditions& conditions);
  // Stays valid until the next Load. Throws base::Error for a table whose handler does not exist.
  apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid);
  void BatchBegins() { old_snapshots_.BatchBegins(); }
  // True when a snapshot was cleared.
  bool Committed(const cascade::BatchContext& context) { return old_snapshots_.Clear(context); }

 private:
  struct Entry {
    apply::TargetTable target;  // without a handler when this version has none for the table
    std::string why_not;
  };
  std::map<std::string, Entry, std::less<>> tables_;
  OldSnapshots old_snapshots_;
};

}  // namespace londiste::sync
