// tag-dead and tag-alive: what the nodes know of one of them.
#pragma once

#include "londiste/node/command_context.h"

namespace londiste::node {

enum class Life { kDead, kAlive };

// Tells every node that can be reached, and the root, from where the others hear of it. Returns the
// exit status.
int TagNode(CommandContext& context, Life life);

}  // namespace londiste::node
