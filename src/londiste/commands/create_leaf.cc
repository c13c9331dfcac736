// create-leaf
#include "londiste/commands/command.h"
#include "londiste/node/create_node.h"

namespace londiste::commands {

const Command kCreateLeaf = {
    .name = "create-leaf",
    .arguments = "[NODE [CONNSTR]]",
    .summary = "make this database a leaf: a node that only receives changes",
    .details =
        "Joins the cascade of the node that --provider (or setting initial_provider_location) "
        "leads to. CONNSTR is the connection string by which other nodes reach this database. If "
        "the command was interrupted, run it again: it continues where it stopped. With --merge "
        "the "
        "leaf also passes on what it receives into another queue, whose root or branch is in this "
        "database.",
    .options = {"provider", "merge", "nocheck"},
    .max_arguments = kAnyNumber,
    .run =
        [](CommandContext& context) { return node::CreateNode(context, cascade::NodeType::kLeaf); },
};

}  // namespace londiste::commands
