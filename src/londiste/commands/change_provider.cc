// change-provider
#include "cascade/change_provider.h"
#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/node/public_connstr.h"
#include "londiste/node/run_procedure.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  const std::string provider = context.options.Value("provider");
  if (provider.empty())
    throw base::UsageError("Please specify --provider",
                           "Its value is the name of the node to read from; command members lists "
                           "the nodes.");
  if (node::LooksLikeConnstr(provider))
    throw base::UsageError(
        "--provider of change-provider takes a node's name, not a connection "
        "string",
        "Command members lists the nodes.");
  node::CascadeCommand command(context);
  command.members().Find(provider);
  return command.Run(
      cascade::ChangeProvider(command.members(), command.tables(), command.own_node(), provider));
}

}  // namespace

const Command kChangeProvider = {
    .name = "change-provider",
    .summary = "let this node read from another node",
    .details =
        "The node goes on with the very next change: nothing is lost or applied twice. The old "
        "subscription is ended once the worker is seen to read from the new provider; before that "
        "a failure puts everything back. If the command was interrupted, run it again, or put it "
        "back with --undo.",
    .options = {"provider", "dead", "dry-run", "undo", "json"},
    .run = Run,
};

}  // namespace londiste::commands
