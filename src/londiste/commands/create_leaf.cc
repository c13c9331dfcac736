// create-leaf
#include "londiste/commands/command.h"
#include "londiste/node/create_node.h"

namespace londiste::commands {

const Command kCreateLeaf = {
    .name = "create-leaf",
    .arguments = "[NODE [CONNSTR]]",
    .summary = "make this database a leaf: it only receives",
    .details =
        "Joins the cascade that --provider (or initial_provider_location) belongs to. CONNSTR is "
        "how other nodes reach this database. Killed halfway, run it again: it goes on where it "
        "stopped.",
    .options = {"provider", "nocheck"},
    .max_arguments = kAnyNumber,
    .run =
        [](CommandContext& context) { return node::CreateNode(context, cascade::NodeType::kLeaf); },
};

}  // namespace londiste::commands
