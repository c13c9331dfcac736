// What status, node-status, members and node-info tell of nodes, as JSON for scripts. The keys are
// listed in the manual page; passwords are left out of connect strings.
#pragma once

#include <string>
#include <vector>

#include "cascade/node.h"
#include "londiste/output/status_tree.h"

namespace londiste::output {

// The nodes by name; `provider_node` makes the tree of them.
std::string StatusJson(const std::string& queue, const std::string& local_node,
                       const std::vector<NodeStatus>& nodes);

// One node by itself, with the same keys.
std::string NodeStatusJson(const std::string& queue, const NodeStatus& node);

std::string MembersJson(const std::string& queue, const std::string& local_node,
                        const std::vector<cascade::Location>& members);

// `self`: how the other nodes reach this one; nullptr when its location is not registered.
std::string NodeInfoJson(const cascade::NodeInfo& node, const cascade::Location* self,
                         const std::string& local_connstr);

}  // namespace londiste::output
