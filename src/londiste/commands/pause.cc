// pause
#include "londiste/commands/command.h"
#include "londiste/node/pause_worker.h"

namespace londiste::commands {

const Command kPause = {
    .name = "pause",
    .summary = "pause this node's worker, and wait until it has paused",
    .details =
        "The worker applies no further batch until resume, also after a restart; table copies that "
        "are running continue.",
    .run =
        [](CommandContext& context) {
          return node::SetWorkerState(context, node::WorkerState::kPaused);
        },
};

}  // namespace londiste::commands
