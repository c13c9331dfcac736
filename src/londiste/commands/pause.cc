// pause
#include "londiste/commands/command.h"
#include "londiste/node/pause_worker.h"

namespace londiste::commands {

const Command kPause = {
    .name = "pause",
    .summary = "pause this node's worker, and wait until it has paused",
    .details =
        "Table copies that are under way go on; no further batch is applied until resume. The flag "
        "outlives a restart of the worker.",
    .run =
        [](CommandContext& context) {
          return node::SetWorkerState(context, node::WorkerState::kPaused);
        },
};

}  // namespace londiste::commands
