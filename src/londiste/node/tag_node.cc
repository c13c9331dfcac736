#include "londiste/node/tag_node.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "londiste/node/run_procedure.h"

namespace londiste::node {

int TagNode(CommandContext& context, Life life) {
  CascadeCommand command(context);
  cascade::Members& members = command.members();
  const std::string& node = context.arguments[0];
  members.Find(node);
  const bool dead = life == Life::kDead;
  if (dead && node == command.own_node())
    throw base::Error(
        "node " + node + " is the node of this configuration file, and its database answers",
        "Run tag-dead with the configuration file of another node.");
  command.session().RequireOwnDatabase();
  for (const cascade::Location& member : members.locations()) {
    // A living node hears it even if it is the one that was dead.
    if (member.node == node ? dead : members.dead(member.node)) continue;
    std::string failure;
    if (members.TryOpen(member.node, &failure) == nullptr) {
      spdlog::warn("node {} was not told, it does not answer: {}", member.node, failure);
      continue;
    }
    members.Do(member.node, cascade::kRegisterLocation, members.queue(), node,
               static_cast<const char*>(nullptr), dead);
  }
  spdlog::info("node {} is marked as {}", node, dead ? "dead" : "alive");
  return 0;
}

}  // namespace londiste::node
