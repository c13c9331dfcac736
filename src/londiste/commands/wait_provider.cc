// wait-provider
#include "londiste/commands/await_position.h"

namespace londiste::commands {

const Command kWaitProvider = {
    .name = "wait-provider",
    .summary = "wait until all that is committed on the provider now has arrived here",
    .details = "Needs a running worker here and on each node between, and pgqd at the root.",
    .run = [](Context& context) { return AwaitPositionOf(context, AwaitedNode::kProvider); },
};

}  // namespace londiste::commands
