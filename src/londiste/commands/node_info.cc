// node-info
#include <algorithm>
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/output/node_json.h"
#include "pg/conninfo.h"

namespace londiste::commands {
namespace {

std::string OrDashes(const std::string& text) { return text.empty() ? "--" : text; }

int Run(CommandContext& context) {
  node::NodeSession session(context);
  const cascade::NodeInfo& node = session.node();
  std::vector<cascade::Location> members;
  {
    pqxx::work tx(session.local());
    members = cascade::GetLocations(tx, session.queue());
  }
  auto self = std::find_if(members.begin(), members.end(),
                           [&](const auto& member) { return member.node == node.name; });
  if (context.options.Has("json")) {
    std::fputs(output::NodeInfoJson(node, self == members.end() ? nullptr : &*self,
                                    context.settings.text("db"))
                   .c_str(),
               stdout);
    return 0;
  }
  bool root = node.type == cascade::NodeType::kRoot;

  std::string status = self != members.end() && self->dead ? "DEAD" : "OK";
  if (node.worker_paused) status += ", PAUSED";
  if (!node.worker_uptodate) status += ", NON-UP-TO-DATE";
  std::printf("Node: %s  Type: %s  Queue: %s\n", node.name.c_str(),
              cascade::ToString(node.type).c_str(), session.queue().c_str());
  std::printf("Status: %s\n", status.c_str());
  std::printf("Provider: %s\n", root ? "--" : OrDashes(node.provider_node).c_str());
  std::printf("Connect strings:\n");
  std::printf("  Local   : %s\n", pg::RedactConnstr(context.settings.text("db")).c_str());
  std::printf("  Public  : %s\n",
              self == members.end() ? "--" : pg::RedactConnstr(self->connstr).c_str());
  if (!root) std::printf("  Provider: %s\n", pg::RedactConnstr(node.provider_location).c_str());
  if (node.combined_queue) {
    std::printf("Combined Queue: %s  (node type: %s)\n", node.combined_queue->c_str(),
                node.combined_type.value_or("--").c_str());
  }
  return 0;
}

}  // namespace

const Command kNodeInfo = {
    .name = "node-info",
    .summary = "show this node's type, state and connect strings",
    .details = "Passwords in connect strings are shown as ***.",
    .options = {"json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
