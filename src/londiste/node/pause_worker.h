// What pause and resume have in common.
#pragma once

#include "londiste/node/command_context.h"

namespace londiste::node {

enum class WorkerState { kPaused, kRunning };

// Sets the flag in the node and waits until the worker has seen it. A worker that is known not to
// run sees it when it starts.
int SetWorkerState(CommandContext& context, WorkerState wanted);

}  // namespace londiste::node
