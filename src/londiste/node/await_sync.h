// Waiting until the initial copies of this node's tables are done.
#pragma once

#include "londiste/node/node_session.h"

namespace londiste::node {

// Returns when every local table is `ok`. Logs how many are left, and each one as it finishes; on a
// terminal a line shows the progress.
void AwaitSync(const CommandContext& context, NodeSession& session);

}  // namespace londiste::node
