// What pause and resume have in common.
#pragma once

#include "londiste/commands/command.h"

namespace londiste::commands {

enum class WorkerState { kPaused, kRunning };

// Sets the flag in the node and waits until the worker has seen it. A worker that is known not to
// run sees it when it starts.
int SetWorkerState(Context& context, WorkerState wanted);

}  // namespace londiste::commands
