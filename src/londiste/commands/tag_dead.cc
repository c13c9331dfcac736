// tag-dead
#include "londiste/commands/command.h"
#include "londiste/node/tag_node.h"

namespace londiste::commands {

const Command kTagDead = {
    .name = "tag-dead",
    .arguments = "NODE",
    .summary = "note that a node is gone for good",
    .details =
        "Commands do not connect to such a node any more. All nodes that can be reached are told, "
        "and the others by the root. The node stays in the list, and keeps its provider from "
        "removing events, until drop-node; tag-alive takes it back.",
    .options = {"dead"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = [](CommandContext& context) { return node::TagNode(context, node::Life::kDead); },
};

}  // namespace londiste::commands
