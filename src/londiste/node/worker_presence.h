// Whether anybody is there to do what a command waits for.
#pragma once

#include <string>

#include "londiste/node/node_session.h"

namespace londiste::node {

// Why this node's worker gets nothing done, as the node's database shows it: `worker "w" is not
// running here`, `worker "w" is paused: resume ends that`, `worker "w": <its last error>`. "" when
// it seems to work. A worker that has just lost its connection may be taken for one that does not
// run.
std::string WhyWorkerWaits(const CommandContext& context, NodeSession& session);

}  // namespace londiste::node
