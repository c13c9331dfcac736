#include "cascade/walk_to_root.h"

#include <set>
#include <utility>

#include "base/error.h"

namespace cascade {

std::optional<NodeInfo> WalkToRoot(NodeInfo node, const VisitNode& visit) {
  std::set<std::string> visited = {node.name};
  while (node.type != NodeType::kRoot) {
    const std::string name = node.provider_node;
    if (!visited.insert(name).second)
      throw base::Error("find_root_db: got loop: " + name,
                        "The nodes name each other as their providers and none is the root: run "
                        "node-info on each node.");
    std::optional<NodeInfo> above = visit(name, node.provider_location);
    if (!above) return std::nullopt;
    node = std::move(*above);
  }
  return node;
}

}  // namespace cascade
