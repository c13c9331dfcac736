// What create-root, create-branch and create-leaf have in common.
#pragma once

#include "cascade/node.h"
#include "londiste/node/command_context.h"

namespace londiste::node {

// Installs missing schemas, verifies the public connect string, then registers and creates the
// node. Every step is committed by itself and found done when the command is run again, so it may
// be killed anywhere: root knows the node -> provider has the subscription -> local node, one
// transaction.
int CreateNode(CommandContext& context, cascade::NodeType type);

}  // namespace londiste::node
