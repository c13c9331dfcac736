// resume
#include "londiste/commands/pause_worker.h"

namespace londiste::commands {

const Command kResume = {
    .name = "resume",
    .summary = "let this node's paused worker go on",
    .details = "Returns when the worker has noticed.",
    .run = [](Context& context) { return SetWorkerState(context, WorkerState::kRunning); },
};

}  // namespace londiste::commands
