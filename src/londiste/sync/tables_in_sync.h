// The node's own tables with their handlers: which events the main worker applies, and where, and
// which go on to other queues. Worker's thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "londiste/apply/target_table.h"
#include "londiste/sync/old_snapshots.h"
#include "londiste/tables/table_list.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TablesInSync {
 public:
  // `tx`: on the target. `now`: its clock. Tables whose handler cannot work become conditions.
  // `changed`: only these are other ones than they were; nullopt: all may be.
  void Load(pqxx::transaction_base& tx, const tables::TableList& list,
            const std::optional<std::vector<std::string>>& changed, const std::string& now,
            const handlers::HandlerSettings& settings, pgq::Conditions& conditions);
  // A table whose handler can work is in sync. Stays valid until the next Load. Throws base::Error
  // for a table whose handler cannot work.
  apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid);
  // See handlers::Handler; all events of other tables do. An event of a table whose handler
  // rewrites rows is changed, until the next call. Throws as Resolve.
  bool PassesOn(pgq::Event& event, handlers::Onward where);
  // What keeps a handler from its work may have been mended: load again.
  bool CheckAgain() const { return check_again_.Passed(); }
  void BatchBegins() { old_snapshots_.BatchBegins(); }
  // True when a snapshot was cleared.
  bool Committed(const cascade::BatchContext& context) { return old_snapshots_.Clear(context); }

 private:
  struct Entry {
    apply::TargetTable target;
    std::string why_not, hint;  // why the handler cannot work; "" when it can
    std::string condition;      // the kind of condition that this is
  };
  static Entry MakeEntry(pqxx::transaction_base& tx, const tables::Table& table,
                         const handlers::HandlerSettings& settings);
  void Tell(pgq::Conditions& conditions);
  static pgq::Condition Unusable(const Entry& entry);
  Entry* Find(std::string_view queue_table);
  static void RequireUsable(const Entry& entry);

  std::map<std::string, Entry, std::less<>> tables_;  // local, in whatever state
  base::Deadline check_again_ = base::Deadline::Never();
  OldSnapshots old_snapshots_;
};

}  // namespace londiste::sync
