#include "cascade/procedures/checks.h"

namespace cascade {

std::vector<Objection> AgainstSilence(Members& members) {
  std::vector<Objection> against;
  for (const std::string& node : members.living()) {
    std::string failure;
    if (!members.TryOpen(node, &failure))
      against.push_back({"node " + node + " does not answer: " + failure,
                         "Mend that first, or, if it is gone for good, use --dead=" + node +
                             " or tag-dead " + node + "."});
  }
  return against;
}

std::vector<Objection> AgainstPaused(Members& members, const std::vector<WorkerOf>& workers) {
  std::vector<Objection> against;
  for (const WorkerOf& worker : workers)
    if (IsPaused(members, worker))
      against.push_back({"worker \"" + worker.worker + "\" of node " + worker.node + " is paused",
                         "Let it go on first: run resume there."});
  return against;
}

std::vector<Objection> AgainstPausedNodes(Members& members, const std::vector<std::string>& nodes) {
  std::vector<WorkerOf> workers;
  for (const std::string& node : nodes)
    workers.push_back({node, members.queue(), members.Info(node).worker_name});
  return AgainstPaused(members, workers);
}

}  // namespace cascade
