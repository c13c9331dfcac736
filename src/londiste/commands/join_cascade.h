// Adds a branch or leaf to an existing cascade.
#pragma once

#include <string>

#include "cascade/node.h"
#include "londiste/commands/node_session.h"

namespace londiste::commands {

struct NodeRequest {
  cascade::NodeType type = cascade::NodeType::kRoot;
  std::string queue, name, worker;
  std::string location;           // public connect string of the new node
  std::string provider_location;  // "" for a root
};

// Registers the node at the root, subscribes it at the provider, then makes the local node with all
// locations, tables and sequences in one transaction. Takes up where a killed run left off. Throws
// base::Error `Node 'x' already exists` and the like.
void JoinCascade(const Context& context, NodeSession& session, const NodeRequest& request);

}  // namespace londiste::commands
