// switchover: takeover of a living root, named by the node that becomes the root.
#include <optional>
#include <string_view>

#include "base/error.h"
#include "cascade/takeover.h"

namespace cascade {
namespace {

constexpr std::string_view kFrom = "switchover from ";

std::string NameOf(const std::string& old_root, const std::string& next) {
  return std::string(kFrom) + old_root + " to " + next;
}

// Of an interrupted run, which may have made it a branch already.
std::optional<std::string> OldRootOfUnfinished(Members& members, const std::string& next) {
  for (const std::string& node : members.living())
    if (node != next && members.TryOpen(node) && IsUnderWay(members, next, NameOf(node, next)))
      return node;
  return std::nullopt;
}

std::optional<std::string> FindRoot(Members& members, const std::string& next) {
  for (const std::string& node : members.living())
    if (node != next && members.TryOpen(node) && members.Info(node).type == NodeType::kRoot)
      return node;
  return std::nullopt;
}

}  // namespace

Procedure SwitchOver(Members& members, ReplicatedObjects& objects, TakeoverRequest request) {
  const NodeType type = members.Info(request.new_node).type;
  if (type == NodeType::kLeaf)
    throw base::Error("node " + request.new_node + " is a leaf: only a branch can become the root",
                      "Command status shows which nodes are branches.");
  auto old_root = OldRootOfUnfinished(members, request.new_node);
  if (!old_root) old_root = FindRoot(members, request.new_node);
  if (!old_root) {
    if (type == NodeType::kRoot)
      return {.name = "switchover to " + request.new_node, .nodes = {}, .checks = {}, .steps = {}};
    throw base::Error("no node that answers is the root",
                      "If the root is gone for good: takeover with --dead-root.");
  }
  request.old_node = *old_root;
  request.drain_all = true;
  Procedure procedure = TakeOverLivingRoot(members, objects, request);
  procedure.name = NameOf(request.old_node, request.new_node);
  return procedure;
}

}  // namespace cascade
