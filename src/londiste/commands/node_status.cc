// node-status
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/node/node_survey.h"
#include "londiste/output/node_json.h"
#include "pg/error.h"

namespace londiste::commands {
namespace {

// The provider keeps the lag of its readers. Without it the rest is still worth showing.
void FillLag(node::NodeSession& session, node::NodeReport& report) {
  try {
    node::NodeReport above = node::ReadNode(session.provider(), session.queue());
    auto lag = above.consumer_lag.find(report.worker);
    if (lag != above.consumer_lag.end()) report.status.lag = lag->second;
  } catch (const base::Interrupted&) {
    throw;
  } catch (...) {
    spdlog::warn("Node '{}' failure: {}", session.node().provider_node,
                 pg::DescribeCurrentFailure().message);
  }
}

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  node::NodeReport report = node::ReadNode(session.local(), session.queue());
  if (!session.is_root()) FillLag(session, report);
  if (context.options.Has("json")) {
    std::fputs(output::NodeStatusJson(session.queue(), report.status).c_str(), stdout);
    return 0;
  }
  std::printf("%s\n", output::StatusTitle(report.status).c_str());
  for (const std::string& line :
       output::StatusLines(report.status, {.color = isatty(STDOUT_FILENO) == 1})) {
    std::printf("  %s\n", line.c_str());
  }
  return 0;
}

}  // namespace

const Command kNodeStatus = {
    .name = "node-status",
    .summary = "show this node only: tables, replication lag, errors",
    .details = "Connects to no other node but the provider, which knows the replication lag.",
    .options = {"json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
