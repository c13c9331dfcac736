// create-branch
#include "londiste/commands/command.h"
#include "londiste/node/create_node.h"

namespace londiste::commands {

const Command kCreateBranch = {
    .name = "create-branch",
    .arguments = "[NODE [CONNSTR]]",
    .summary = "make this database a branch: it receives and passes on",
    .details =
        "Joins the cascade that --provider (or initial_provider_location) belongs to. Other nodes "
        "can read from a branch. CONNSTR is how they reach this database. Killed halfway, run it "
        "again: it goes on where it stopped.",
    .options = {"provider", "nocheck"},
    .max_arguments = kAnyNumber,
    .run =
        [](CommandContext& context) {
          return node::CreateNode(context, cascade::NodeType::kBranch);
        },
};

}  // namespace londiste::commands
