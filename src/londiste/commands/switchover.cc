// switchover
#include "base/error.h"
#include "cascade/takeover.h"
#include "londiste/commands/command.h"
#include "londiste/node/run_procedure.h"
#include "londiste/node/takeover_request.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::CascadeCommand command(context);
  cascade::TakeoverRequest request = node::ReadTakeoverRequest(context);
  request.new_node = context.arguments[0];
  command.members().Find(request.new_node);
  return command.Run(cascade::SwitchOver(command.members(), command.tables(), request),
                     node::CascadeCommand::Report::kTable);
}

}  // namespace

const Command kSwitchover = {
    .name = "switchover",
    .arguments = "NODE",
    .summary = "make a branch the root, with proof that nothing is lost",
    .details =
        "NODE, a branch that has all tables in sync, becomes the root, and the root a branch below "
        "it. Runs with the configuration file of any node. Writers get an error until the last "
        "change has arrived at all nodes, the sequences stand at their exact values, what --verify "
        "asks for has been compared, and the way back is running: less than a second, as a rule. "
        "Ends with a report of the steps. The way back is the same command with the old root's "
        "name. If the command was interrupted, run it again, or put it back with --undo, which is "
        "possible until the new root is promoted.",
    .options = {"verify", "all", "dead", "force", "max-lag", "dry-run", "undo", "json"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace londiste::commands
