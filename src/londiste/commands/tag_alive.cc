// tag-alive
#include "londiste/commands/command.h"
#include "londiste/node/tag_node.h"

namespace londiste::commands {

const Command kTagAlive = {
    .name = "tag-alive",
    .arguments = "NODE",
    .summary = "note that a node marked as dead is back",
    .details =
        "Takes tag-dead back. A root that others have taken over from must be brought back with "
        "resurrect instead.",
    .options = {"dead"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = [](CommandContext& context) { return node::TagNode(context, node::Life::kAlive); },
};

}  // namespace londiste::commands
