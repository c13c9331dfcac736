// rename-node
#include "cascade/rename_node.h"

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/node/public_connstr.h"
#include "londiste/node/run_procedure.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  const std::string &old_name = context.arguments[0], &new_name = context.arguments[1];
  if (old_name == new_name || new_name.empty() || node::LooksLikeConnstr(new_name))
    throw base::UsageError("\"" + new_name + "\" is no new name for node " + old_name);
  node::CascadeCommand command(context);
  return command.Run(cascade::RenameNode(command.members(), command.tables(), old_name, new_name));
}

}  // namespace

const Command kRenameNode = {
    .name = "rename-node",
    .arguments = "OLD NEW",
    .summary = "give a node another name",
    .details =
        "On all nodes, which must answer; workers go on meanwhile. The names of workers and "
        "configuration files stay as they are. If the command was interrupted, run it again.",
    .options = {"dry-run", "undo", "json"},
    .min_arguments = 2,
    .max_arguments = 2,
    .run = Run,
};

}  // namespace londiste::commands
