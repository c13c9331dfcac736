// status
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/node/node_survey.h"
#include "londiste/output/node_json.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::NodeSession session(context);
  const cascade::NodeInfo& node = session.node();
  const bool json = context.options.Has("json");
  if (!json) {
    std::printf("Queue: %s   Local node: %s\n\n", session.queue().c_str(), node.name.c_str());
    std::fflush(stdout);
  }

  std::vector<cascade::Location> members;
  {
    pqxx::work tx(session.local());
    members = cascade::GetLocations(tx, session.queue());
  }
  const std::vector<std::string>& dead = context.options.Values("dead");
  std::vector<output::NodeStatus> nodes =
      node::SurveyNodes(context, members, node.name, {dead.begin(), dead.end()});
  for (const output::NodeStatus& member : nodes) {
    if (!member.failure.empty()) spdlog::warn("Node '{}' failure: {}", member.name, member.failure);
  }
  if (json) {
    std::fputs(output::StatusJson(session.queue(), node.name, nodes).c_str(), stdout);
    return 0;
  }
  output::StatusStyle style{.compact = context.options.Has("compact"),
                            .color = isatty(STDOUT_FILENO) == 1};
  std::fputs(output::StatusTree(nodes, style).c_str(), stdout);
  return 0;
}

}  // namespace

const Command kStatus = {
    .name = "status",
    .summary = "show the whole cascade: nodes, replication lag, tables, errors",
    .details =
        "Tables are counted as: in sync / not yet in sync / not on that node. A line Copying shows "
        "the progress of a table's initial copy. A node that does not answer is shown as dead, "
        "with the reason on stderr.",
    .options = {"compact", "dead", "json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
