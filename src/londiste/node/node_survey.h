// Asks every node of a cascade how it is, all at once.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cascade/node.h"
#include "londiste/node/command_context.h"
#include "londiste/output/status_tree.h"

namespace londiste::node {

// One node's answer, and what it knows of the nodes that read from it.
struct NodeReport {
  output::NodeStatus status;
  std::map<std::string, std::chrono::seconds> consumer_lag;  // by consumer name
  std::map<std::string, std::string> subscribers;            // node -> worker name
  std::string worker;
};

// Reads one node over `connection`. Throws base::Error `Unknown queue: q`.
NodeReport ReadNode(pg::Connection& connection, const std::string& queue);

// A connection to each of `members`, on a thread each; ours is reached by setting db. Nodes that
// fail, and those in `assume_dead`, come back as dead, with the reason. Providers and lags are
// filled in from what the nodes say of each other.
std::vector<output::NodeStatus> SurveyNodes(const CommandContext& context,
                                            const std::vector<cascade::Location>& members,
                                            const std::string& own_node,
                                            const std::set<std::string>& assume_dead);

}  // namespace londiste::node
