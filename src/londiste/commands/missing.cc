// missing
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/output/json.h"
#include "londiste/output/text_table.h"

namespace londiste::commands {
namespace {

// Rows: kind and name.
void PrintJson(node::NodeSession& session, const std::vector<std::vector<std::string>>& rows) {
  const output::Json list = output::ListOf(rows, [](const std::vector<std::string>& row) {
    return output::Json{{"obj_kind", row[0]}, {"obj_name", row[1]}};
  });
  std::fputs(
      output::JsonText(
          {{"queue_name", session.queue()}, {"node_name", session.node().name}, {"missing", list}})
          .c_str(),
      stdout);
}

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  std::vector<std::vector<std::string>> rows;
  {
    pqxx::work tx(session.local());
    for (const pqxx::row& row : tx.exec_params(
             "select obj_kind, obj_name from londiste.local_show_missing($1)", session.queue())) {
      rows.push_back({row[0].c_str(), row[1].c_str()});
    }
  }
  if (context.options.Has("json")) return PrintJson(session, rows), 0;
  std::fputs(output::TextTable("Missing objects on node", {"obj_kind", "obj_name"}, rows).c_str(),
             stdout);
  return 0;
}

}  // namespace

const Command kMissing = {
    .name = "missing",
    .summary = "list tables and sequences that this node could replicate and does not",
    .details =
        "Kind r is a table, partitioned or not; S is a sequence. On the root: what is in the "
        "database and not on the queue; elsewhere: what is on the queue and not on this node.",
    .options = {"json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
