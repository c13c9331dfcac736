// The handshake with the worker of a node: it is asked to pause or to go on, and answers that it
// has seen it.
#pragma once

#include <functional>
#include <string>

#include "cascade/members.h"
#include "cascade/procedure.h"

namespace cascade {

// Of a node's worker, or of that of another queue in the node's database (a merge worker).
struct WorkerOf {
  std::string node, queue, worker;
};

// Returns once the worker has paused, or it is clear that none runs there: then what is to be said
// about that. Throws base::Error when a worker runs and does not answer.
std::string PauseWorker(Members& members, const WorkerOf& worker);
// The same for going on.
std::string ResumeWorker(Members& members, const WorkerOf& worker);
bool IsPaused(Members& members, const WorkerOf& worker);
// A worker of ours that is at work now.
bool WorkerIsSeen(Members& members, const WorkerOf& worker);

// Steps. `over`: what the pause is for has been reached, so the worker need not pause again.
Step PauseStep(Members& members, WorkerOf worker, std::function<bool()> over);
Step ResumeStep(Members& members, WorkerOf worker);

}  // namespace cascade
