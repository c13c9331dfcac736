// resume
#include "londiste/commands/command.h"
#include "londiste/node/pause_worker.h"

namespace londiste::commands {

const Command kResume = {
    .name = "resume",
    .summary = "let this node's paused worker continue",
    .details = "Returns when the worker has resumed.",
    .run =
        [](CommandContext& context) {
          return node::SetWorkerState(context, node::WorkerState::kRunning);
        },
};

}  // namespace londiste::commands
