// Checks that several procedures make before their first step.
#pragma once

#include <string>
#include <vector>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/procedures/worker_pause.h"

namespace cascade {

// Living nodes that do not answer.
std::vector<Objection> AgainstSilence(Members& members);
// Workers that somebody has paused: they would be let go on at the end.
std::vector<Objection> AgainstPaused(Members& members, const std::vector<WorkerOf>& workers);
// The same of the nodes' own workers.
std::vector<Objection> AgainstPausedNodes(Members& members, const std::vector<std::string>& nodes);

}  // namespace cascade
