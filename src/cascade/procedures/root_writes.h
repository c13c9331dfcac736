// Whether the database of a root or branch accepts events, and how that is changed.
#pragma once

#include <string>

#include "base/clock.h"
#include "cascade/members.h"
#include "cascade/procedure.h"

namespace cascade {

struct QueueGate {
  bool refuses_inserts = false, external_ticker = false;
};
QueueGate ReadGate(Members& members, const std::string& node);

// demote_root step 1.
void StopWrites(Members& members, const std::string& root);
// Takes step 1 back, if the node is the root.
void ReopenWrites(Members& members, const std::string& root);
void SetRefusesInserts(pqxx::transaction_base& tx, const std::string& queue, bool refuses);

// demote_root step 2: waits until all who have written have ended, and makes the last tick. Returns
// it. Throws base::Error that names who has not ended within the time.
pgq::TickId MakeLastTick(Members& members, const std::string& root, base::Duration lock_timeout);
// Transactions that began before writes were stopped and may not have noticed: where events are
// written by PL/pgSQL, those under an old snapshot (repeatable read). Waits for their end. Returns
// what there is to say. Throws base::Error that names them.
std::string AwaitOldSnapshots(Members& members, const std::string& root,
                              base::Duration lock_timeout);
// Sessions that have written, and have been open for longer than that.
std::vector<Objection> AgainstLastTick(Members& members, const std::string& root,
                                       base::Duration lock_timeout);

}  // namespace cascade
