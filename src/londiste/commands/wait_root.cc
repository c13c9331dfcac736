// wait-root
#include "londiste/commands/command.h"
#include "londiste/node/await_position.h"

namespace londiste::commands {

const Command kWaitRoot = {
    .name = "wait-root",
    .summary = "wait until every change that is committed on the root now has arrived here",
    .details = "Needs a running worker here and on each node between, and pgqd at the root.",
    .run =
        [](CommandContext& context) {
          return node::AwaitPositionOf(context, node::AwaitedNode::kRoot);
        },
};

}  // namespace londiste::commands
