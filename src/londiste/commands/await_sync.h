// Waiting until the initial copies of this node's tables are done.
#pragma once

#include "londiste/commands/node_session.h"

namespace londiste::commands {

// Returns when every local table is `ok`. Logs how many are left, and each one as it finishes.
void AwaitSync(const Context& context, NodeSession& session);

}  // namespace londiste::commands
