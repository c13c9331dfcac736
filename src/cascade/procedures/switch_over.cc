// switchover: takeover of a living root, named by the node that becomes the root.
#include <optional>

#include "base/error.h"
#include "cascade/takeover.h"
#include "pgq/conditions.h"

namespace cascade {
namespace {

bool IsUnderWay(Members& members, const std::string& node, const std::string& procedure) {
  const auto told =
      members.On(node, [&](auto& tx) { return pgq::ReadConditions(tx, members.queue()); });
  for (const pgq::StoredCondition& stored : told)
    if (stored.condition.kind == kUnfinishedProcedure && stored.condition.subject == procedure)
      return true;
  return false;
}

// A root, or one that was it before an interrupted run came so far.
std::optional<std::string> FindOldRoot(Members& members, const std::string& next,
                                       const std::string& procedure) {
  std::optional<std::string> former;
  for (const std::string& node : members.living()) {
    if (node == next || !members.TryOpen(node)) continue;
    const NodeInfo info = members.Info(node);
    if (info.type == NodeType::kRoot) return node;
    if (info.type == NodeType::kBranch && info.provider_node == next &&
        IsUnderWay(members, node, procedure))
      former = node;
  }
  return former;
}

}  // namespace

Procedure SwitchOver(Members& members, ReplicatedObjects& objects, TakeoverRequest request) {
  const std::string name = "switchover to " + request.new_node;
  const NodeType type = members.Info(request.new_node).type;
  if (type == NodeType::kLeaf)
    throw base::Error("node " + request.new_node + " is a leaf: only a branch can become the root",
                      "Command status shows which nodes are branches.");
  const auto old_root = FindOldRoot(members, request.new_node, name);
  if (!old_root) {
    if (type == NodeType::kRoot) return {.name = name, .nodes = {}, .checks = {}, .steps = {}};
    throw base::Error("no node that answers is the root",
                      "If the root is gone for good: takeover with --dead-root.");
  }
  request.old_node = *old_root;
  request.drain_all = true;
  Procedure procedure = TakeOverLivingRoot(members, objects, request);
  procedure.name = name;
  return procedure;
}

}  // namespace cascade
