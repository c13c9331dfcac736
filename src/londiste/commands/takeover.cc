// takeover
#include "cascade/takeover.h"

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/node/run_procedure.h"
#include "londiste/node/takeover_request.h"

namespace londiste::commands {
namespace {

cascade::NodeInfo AskOldNode(cascade::Members& members, const std::string& old_node) {
  const std::string way_out =
      "If that node is gone for good: --dead-root when it was the root, --dead-branch when it was "
      "a branch.";
  if (members.dead(old_node)) throw base::Error("node " + old_node + " is marked as dead", way_out);
  std::string failure;
  if (members.TryOpen(old_node, &failure) == nullptr) throw base::Error(failure, way_out);
  return members.Info(old_node);
}

cascade::Procedure Choose(node::CascadeCommand& command, const CommandContext& context,
                          const cascade::TakeoverRequest& request) {
  cascade::Members& members = command.members();
  if (context.options.Has("dead-root"))
    return cascade::TakeOverDeadRoot(members, command.tables(), request);
  if (context.options.Has("dead-branch"))
    return cascade::TakeOverBranch(members, command.tables(), request, true);
  const cascade::NodeInfo old_node = AskOldNode(members, request.old_node);
  const cascade::NodeType type = members.Info(request.new_node).type;
  // The second: this node has taken over already, and perhaps has not come to the end.
  if (old_node.type == cascade::NodeType::kRoot || type == cascade::NodeType::kRoot)
    return cascade::TakeOverLivingRoot(members, command.tables(), request);
  return cascade::TakeOverBranch(members, command.tables(), request, false);
}

int Run(CommandContext& context) {
  if (context.options.Has("dead-root") && context.options.Has("dead-branch"))
    throw base::UsageError("--dead-root and --dead-branch exclude each other");
  node::CascadeCommand command(context);
  const std::string& old_node = context.arguments[0];
  command.members().Find(old_node);
  if (old_node == command.own_node())
    throw base::Error("node " + old_node + " cannot take over itself",
                      "Run takeover with the configuration file of the node that takes its place.");
  cascade::TakeoverRequest request = node::ReadTakeoverRequest(context);
  request.old_node = old_node;
  request.new_node = command.own_node();
  return command.Run(Choose(command, context, request));
}

}  // namespace

const Command kTakeover = {
    .name = "takeover",
    .arguments = "NODE",
    .summary = "let this node take the place of another one",
    .details =
        "This node must be a branch. In the place of the root it becomes the root, and the old "
        "root a branch below it; nothing is lost, writers get an error for a moment. In the place "
        "of a branch it reads from that one's provider, and the old branch from it. "
        "--dead-root and --dead-branch do without the old node; changes that only a dead root had "
        "are lost to the others, and resurrect brings that node back later. All that can be is "
        "checked before the first step; a failure before the point of no return puts everything "
        "back. If the command was interrupted, run it again, or put it back with --undo. See also "
        "switchover.",
    .options = {"all", "dead-root", "dead-branch", "dead", "force", "verify", "max-lag", "dry-run",
                "undo", "json"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace londiste::commands
