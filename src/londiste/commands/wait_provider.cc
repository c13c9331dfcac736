// wait-provider
#include "londiste/commands/command.h"
#include "londiste/node/await_position.h"

namespace londiste::commands {

const Command kWaitProvider = {
    .name = "wait-provider",
    .summary = "wait until every change that is committed on the provider now has arrived here",
    .details = "Needs a running worker here and on each node between, and pgqd at the root.",
    .run =
        [](CommandContext& context) {
          return node::AwaitPositionOf(context, node::AwaitedNode::kProvider);
        },
};

}  // namespace londiste::commands
