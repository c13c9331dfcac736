// What wait-root and wait-provider have in common.
#pragma once

#include "londiste/node/command_context.h"

namespace londiste::node {

enum class AwaitedNode { kProvider, kRoot };

// Returns when everything that was committed on the awaited node before the call has been applied
// here.
int AwaitPositionOf(CommandContext& context, AwaitedNode awaited);

}  // namespace londiste::node
