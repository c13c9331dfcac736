#include "cascade/procedures/merge_workers.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/poll_until.h"

namespace cascade {
namespace {

std::map<std::string, pgq::TickId> Positions(Members& members, const std::string& node) {
  std::map<std::string, pgq::TickId> positions;
  for (const WorkerOf& worker : MergeWorkers(members, node)) {
    const auto state = members.On(
        node, [&](auto& tx) { return GetConsumerState(tx, worker.queue, worker.worker); });
    if (state.completed_tick) positions.emplace(worker.queue, *state.completed_tick);
  }
  return positions;
}

}  // namespace

std::vector<WorkerOf> MergeWorkers(Members& members, const std::string& node) {
  std::vector<WorkerOf> workers;
  for (const std::string& part : members.Info(node).target_for)
    if (const auto leaf = members.On(node, [&](auto& tx) { return GetNodeInfo(tx, part); }))
      workers.push_back({node, part, leaf->worker_name});
  return workers;
}

std::vector<Objection> AgainstMergeSwap(Members& members, const std::string& old_root,
                                        const std::string& new_root) {
  const auto old_parts = members.Info(old_root).target_for;
  const auto new_parts = members.Info(new_root).target_for;
  std::vector<Objection> against;
  const auto missing = [&](const std::string& part, const std::string& on) {
    against.push_back({"queue " + part + " is merged into this queue, but not on node " + on,
                       "Make a leaf of that queue in the database of " + on +
                           ": create-leaf --merge=" + members.queue() + "."});
  };
  for (const std::string& part : old_parts)
    if (std::ranges::find(new_parts, part) == new_parts.end()) missing(part, new_root);
  for (const std::string& part : new_parts)
    if (std::ranges::find(old_parts, part) == old_parts.end()) missing(part, old_root);
  return against;
}

void RequireEqualMergePositions(Members& members, const std::string& old_root,
                                const std::string& new_root) {
  const auto old_positions = Positions(members, old_root);
  const auto new_positions = Positions(members, new_root);
  for (const auto& [part, position] : old_positions) {
    const auto found = new_positions.find(part);
    if (found == new_positions.end() || found->second != position)
      throw base::Error("queue " + part + " is at tick " + ToString(position) + " on node " +
                            old_root + ", and at " +
                            (found == new_positions.end() ? "none" : ToString(found->second)) +
                            " on node " + new_root,
                        "The position comes with the combined queue; its workers must be paused "
                        "on both nodes meanwhile.");
  }
}

}  // namespace cascade
