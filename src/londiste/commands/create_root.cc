// create-root
#include "londiste/commands/command.h"
#include "londiste/node/create_node.h"

namespace londiste::commands {

const Command kCreateRoot = {
    .name = "create-root",
    .arguments = "[NODE [CONNSTR]]",
    .summary = "make this database the root of a cascade: the node where applications write",
    .details =
        "Creates the queue and the node, and installs the SQL schemas that are missing. CONNSTR is "
        "the connection string by which other nodes reach this database. The configuration file "
        "can hold NODE and CONNSTR, as node_name and public_node_location.",
    .options = {"nocheck"},
    .max_arguments = kAnyNumber,
    .run =
        [](CommandContext& context) { return node::CreateNode(context, cascade::NodeType::kRoot); },
};

}  // namespace londiste::commands
