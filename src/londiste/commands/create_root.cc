// create-root
#include "londiste/commands/command.h"
#include "londiste/node/create_node.h"

namespace londiste::commands {

const Command kCreateRoot = {
    .name = "create-root",
    .arguments = "[NODE [CONNSTR]]",
    .summary = "make this database the root of a cascade: the node that is written to",
    .details =
        "Makes the queue and the node, and installs the SQL schemas where they are missing. "
        "CONNSTR is how other nodes reach this database. Both may stand in the configuration file "
        "as node_name and public_node_location.",
    .options = {"nocheck"},
    .max_arguments = kAnyNumber,
    .run =
        [](CommandContext& context) { return node::CreateNode(context, cascade::NodeType::kRoot); },
};

}  // namespace londiste::commands
