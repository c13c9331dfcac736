// members
#include <cstdio>

#include <algorithm>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/output/node_json.h"
#include "londiste/output/text_table.h"
#include "pg/conninfo.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::NodeSession session(context);
  const cascade::NodeInfo& node = session.node();
  std::vector<cascade::Location> members;
  {
    pqxx::work tx(session.local());
    members = cascade::GetLocations(tx, session.queue());
  }
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.node < b.node; });
  if (context.options.Has("json")) {
    std::fputs(output::MembersJson(session.queue(), node.name, members).c_str(), stdout);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const cascade::Location& member : members) {
    rows.push_back(
        {member.node, member.dead ? "True" : "False", pg::RedactConnstr(member.connstr)});
  }
  std::fputs(output::TextTable("Member info on " + node.name + "@" + session.queue() + ":",
                               {"node_name", "dead", "node_location"}, rows)
                 .c_str(),
             stdout);
  return 0;
}

}  // namespace

const Command kMembers = {
    .name = "members",
    .summary = "list the nodes of the cascade that this node knows",
    .details = "Passwords in connect strings are shown as ***.",
    .options = {"json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
