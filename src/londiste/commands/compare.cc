// compare
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "base/text.h"
#include "londiste/commands/command.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/node/compare_nodes.h"
#include "londiste/node/node_session.h"
#include "londiste/tables/name_selection.h"

namespace londiste::commands {
namespace {

constexpr std::size_t kHighestStatus = 100;
constexpr int kMostSessions = 64;
constexpr std::size_t kRowsShown = 20;  // of a table

std::vector<tables::Table> WantedTables(const CommandContext& context, node::NodeSession& session) {
  std::vector<tables::Table> tables;
  {
    pqxx::work tx(session.local());
    tables = tables::ReadTablesForApply(tx, session.queue());
  }
  std::erase_if(tables, [](const tables::Table& table) { return !table.local; });
  if (context.arguments.empty()) return tables;
  const tables::SelectedNames selected =
      tables::SelectNames({context.arguments}, tables::LocalNames(tables), {});
  if (!selected.unknown.empty())
    throw base::Error("Table not subscribed: " + selected.unknown.front(),
                      "Command tables lists what this node replicates.");
  std::erase_if(tables, [&](const tables::Table& table) {
    return std::ranges::find(selected.names, table.name) == selected.names.end();
  });
  return tables;
}

class Told final : public node::CompareObserver {
 public:
  void Progress(const std::string&, double, bool) override {}
  void Compared(const compare::ComparedTable& table) override {
    if (!table.compared()) {
      spdlog::warn("{}: not compared: {}", table.table, table.reason);
      return;
    }
    const auto& [above, below, rows, more] = table.result;
    spdlog::info("{}: srcdb: {} rows, checksum={}", table.table, above.rows, above.checksum);
    spdlog::info("{}: dstdb: {} rows, checksum={}", table.table, below.rows, below.checksum);
    if (!table.equal()) spdlog::warn("{}: Results do not match!", table.table);
  }
};

int Parallel(const CommandContext& context) {
  if (!context.options.Has("parallel")) return 1;
  const std::string& text = context.options.Value("parallel");
  const auto number = base::ParseWhole<int>(text);
  if (!number || *number < 1 || *number > kMostSessions)
    throw base::UsageError("--parallel: \"" + text + "\" is no number from 1 to " +
                           std::to_string(kMostSessions));
  return *number;
}

int Run(CommandContext& context) {
  node::CompareOptions options{.sessions = Parallel(context), .with = {}};
  if (context.options.Has("with")) options.with = context.options.Value("with");
  options.force = context.options.Has("force");
  handlers::LoadHandlerModules(context.settings);
  node::NodeSession session(context);
  if (session.is_root())
    throw base::Error("node \"" + session.node().name +
                          "\" is the root: there is no node that its tables come from",
                      "Run compare with the configuration file of another node.");
  const std::vector<tables::Table> tables = WantedTables(context, session);
  Told told;
  const auto compared = node::CompareNodes(context, session, tables, options, told);
  const std::string text =
      context.options.Has("json")
          ? compare::ComparisonJson(session.queue(), session.node().name, compared)
          : compare::ComparisonText(compared, kRowsShown);
  std::fputs(text.c_str(), stdout);
  const auto bad = std::ranges::count_if(compared, [](const auto& table) { return !table.equal(); });
  return static_cast<int>(std::min(static_cast<std::size_t>(bad), kHighestStatus));
}

}  // namespace

const Command kCompare = {
    .name = "compare",
    .arguments = "[TABLE...]",
    .summary = "compare the rows of this node's tables with those they are replicated from",
    .details =
        "All rows of both are compared, as they were at one tick, while writers and workers go on; "
        "nobody waits for a lock. Each table is compared with the nearest node upwards that has "
        "it. Where rows differ they are listed by their keys. The worker of this node must run. "
        "Exit status: the number of tables that differ or could not be compared (100 at most).",
    .options = {"force", "json", "parallel", "with"},
    .max_arguments = kAnyNumber,
    .pid_file = Command::PidFile::kRepair,
    .run = Run,
};

}  // namespace londiste::commands
