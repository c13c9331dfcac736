// check
#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/compare/stored_results.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/node/bulk_operation.h"
#include "londiste/node/check_structure.h"
#include "londiste/node/node_session.h"
#include "londiste/tables/name_selection.h"

namespace londiste::commands {
namespace {

constexpr std::size_t kHighestStatus = 100;

std::vector<tables::Table> LocalTables(node::NodeSession& session) {
  pqxx::work tx(session.local());
  std::vector<tables::Table> tables = tables::ReadTablesForApply(tx, session.queue());
  std::erase_if(tables, [](const tables::Table& table) { return !table.local; });
  return tables;
}

// What compare has found, until it is mended.
void AddDifferentRows(node::NodeSession& session, std::vector<output::CheckedTable>& checked) {
  pqxx::work tx(session.local());
  for (const compare::StoredResult& result : compare::ReadResults(tx, session.queue())) {
    if (!result.equal || *result.equal) continue;
    const auto table = std::ranges::find(checked, result.table, &output::CheckedTable::table);
    if (table == checked.end() || result.counts.ToString().empty()) continue;
    table->differences.push_back({"error", "rows", "",
                                  "rows differ from node " + result.compared_with + ", compared " +
                                      result.compared_at + ": " + result.counts.ToString(),
                                  ""});
  }
}

int Run(CommandContext& context) {
  handlers::LoadHandlerModules(context.settings);
  node::NodeSession session(context);
  if (session.is_root())
    throw base::Error("node \"" + session.node().name +
                          "\" is the root: there is no node that its tables come from",
                      "Run check with the configuration file of another node.");
  std::vector<tables::Table> tables = LocalTables(session);
  if (!context.arguments.empty()) {
    const tables::SelectedNames selected =
        tables::SelectNames({context.arguments}, tables::LocalNames(tables), {});
    if (!selected.unknown.empty())
      throw base::Error("Cannot proceed", "Command tables lists what this node replicates.");
    std::erase_if(tables, [&](const tables::Table& table) {
      return std::ranges::find(selected.names, table.name) == selected.names.end();
    });
  }
  auto checked = node::CheckStructure(context, session, tables);
  AddDifferentRows(session, checked);
  const std::string text = context.options.Has("json")
                               ? output::CheckJson(session.queue(), session.node().name, checked)
                               : output::CheckReport(checked);
  std::fputs(text.c_str(), stdout);
  const auto bad = std::ranges::count_if(checked, [](const auto& table) { return !table.ok(); });
  return static_cast<int>(std::min(static_cast<std::size_t>(bad), kHighestStatus));
}

}  // namespace

const Command kCheck = {
    .name = "check",
    .arguments = "[TABLE...]",
    .summary = "compare the structure of this node's tables with those they are replicated from",
    .details =
        "Tells for each table what differs: columns, keys, constraints, indexes and comments; "
        "whether it is an error (changes cannot be applied), a warning (values may come out "
        "different, or some day not fit) or a notice (harmless); and the statement that makes this "
        "node's table like the other one. Rows that differ are told as compare has last found "
        "them. "
        "Nothing is changed. Each table is compared with the "
        "nearest node upwards that has it. Exit status: the number of tables with an error or a "
        "warning, or that could not be compared (100 at most).",
    .options = {"json"},
    .max_arguments = kAnyNumber,
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
