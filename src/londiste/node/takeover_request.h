// The options of takeover and switchover.
#pragma once

#include "cascade/takeover.h"
#include "londiste/node/command_context.h"

namespace londiste::node {

// All but the nodes. Throws base::UsageError.
cascade::TakeoverRequest ReadTakeoverRequest(const CommandContext& context);

}  // namespace londiste::node
