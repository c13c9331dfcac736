// wait-root
#include "londiste/commands/await_position.h"

namespace londiste::commands {

const Command kWaitRoot = {
    .name = "wait-root",
    .summary = "wait until all that is committed on the root now has arrived here",
    .details = "Needs a running worker here and on each node between, and pgqd at the root.",
    .run = [](Context& context) { return AwaitPositionOf(context, AwaitedNode::kRoot); },
};

}  // namespace londiste::commands
