// tables
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_conditions.h"
#include "londiste/node/node_session.h"
#include "londiste/node/read_copies.h"
#include "londiste/output/condition_lines.h"
#include "londiste/output/text_table.h"
#include "londiste/tables/attributes.h"
#include "londiste/tables/registry.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  std::vector<tables::Table> tables;
  std::vector<output::CopyStatus> copies;
  std::vector<pgq::StoredCondition> conditions;
  {
    pqxx::work tx(session.local());
    tables = tables::ReadTables(tx, session.queue());
    if (!context.options.Has("names-only")) {
      copies = node::ReadCopies(tx, session.queue());
      conditions = node::ReadNodeConditions(tx, session.queue());
    }
  }
  std::vector<std::vector<std::string>> rows;
  for (const tables::Table& table : tables) {
    if (!table.local) continue;
    if (context.options.Has("names-only")) {
      std::puts(table.name.c_str());
    } else {
      rows.push_back({table.name, table.state.ToString(), table.attributes.ToString()});
    }
  }
  std::fputs(output::TextTable("Tables on node", {"table_name", "merge_state", "table_attrs"}, rows)
                 .c_str(),
             stdout);
  std::fputs(output::CopyTable(copies).c_str(), stdout);
  for (const std::string& line : output::ConditionLines(conditions)) std::puts(line.c_str());
  return 0;
}

}  // namespace

const Command kTables = {
    .name = "tables",
    .summary = "list the tables that are replicated to this node",
    .details =
        "State None: not copied yet; in-copy, catching-up, wanna-sync, do-sync: being copied; ok: "
        "in sync. While tables are being copied, a second list shows the progress of their copies. "
        "Below them are the conditions of the tables and the node.",
    .options = {"names-only"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
