// The workers that fill a queue from others in the same database: they pause while the queue
// changes its root.
#pragma once

#include <vector>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/procedures/worker_pause.h"

namespace cascade {

// Of the queues that are merged into this one on that node.
std::vector<WorkerOf> MergeWorkers(Members& members, const std::string& node);
// Queues that are merged on one of both nodes only, or whose positions cannot be told.
std::vector<Objection> AgainstMergeSwap(Members& members, const std::string& old_root,
                                        const std::string& new_root);
// Throws base::Error when a part queue has come further on the old root than on the new one.
void RequireEqualMergePositions(Members& members, const std::string& old_root,
                                const std::string& new_root);

}  // namespace cascade
