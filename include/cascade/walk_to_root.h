// From a node upwards, provider by provider, to the root of its queue.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cascade/node.h"

namespace cascade {

// Opens the node `name` at `location` and asks what it says of itself; nullopt ends the walk there.
// Whatever it throws ends it, too.
using VisitNode =
    std::function<std::optional<NodeInfo>(const std::string& name, const std::string& location)>;

// Visits the providers above `node`, one after the other, until one is a root. Returns that root,
// which is `node` itself when it is one; nullopt when `visit` ended the walk before. Throws
// base::Error `find_root_db: got loop: <name>` when the nodes name each other.
std::optional<NodeInfo> WalkToRoot(NodeInfo node, const VisitNode& visit);

}  // namespace cascade
