// create-branch
#include "londiste/commands/command.h"
#include "londiste/node/create_node.h"

namespace londiste::commands {

const Command kCreateBranch = {
    .name = "create-branch",
    .arguments = "[NODE [CONNSTR]]",
    .summary = "make this database a branch: a node that receives and republishes changes",
    .details =
        "Joins the cascade of the node that --provider (or setting initial_provider_location) "
        "leads to. Other nodes can read from a branch; CONNSTR is the connection string by which "
        "they reach this database. If the command was interrupted, run it again: it continues "
        "where it stopped.",
    .options = {"provider", "sync-watermark", "nocheck"},
    .max_arguments = kAnyNumber,
    .run =
        [](CommandContext& context) {
          return node::CreateNode(context, cascade::NodeType::kBranch);
        },
};

}  // namespace londiste::commands
