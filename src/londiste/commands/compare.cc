// compare
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/compare/compared_json.h"
#include "londiste/compare/compared_table.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/node/compare_log.h"
#include "londiste/node/compare_request.h"
#include "londiste/node/compare_rounds.h"

namespace londiste::commands {
namespace {

constexpr std::size_t kRowsShown = 20;  // of a table

int RunContinuously(const CommandContext& context) {
  for (const char* option : {"count-only", "json", "resume"})
    if (context.options.Has(option))
      throw base::UsageError("--continuous and --" + std::string(option) + " exclude each other");
  if (!context.settings.text("compare_sql").empty())
    spdlog::warn("compare_sql has no effect on compare --continuous: all rows are compared");
  handlers::LoadHandlerModules(context.settings);
  node::CompareOptions options = node::ReadCompareOptions(context);
  options.keep_rows = false;
  return node::CompareRounds(context, options).Run();
}

int Run(CommandContext& context) {
  if (context.options.Has("continuous")) return RunContinuously(context);
  node::CompareOptions options = node::ReadCompareOptions(context);
  options.query = {context.settings.text("compare_sql"), context.settings.text("compare_fmt")};
  if (options.count_only) options.query = {};
  handlers::LoadHandlerModules(context.settings);
  node::NodeSession session(context);
  const std::vector<tables::Table> tables = node::TablesToCompare(context, session);
  options.run = node::BeginRun(context, session, options);
  node::CompareLog log;
  const auto compared = node::CompareNodes(context, session, tables, options, log);
  node::EndRun(session, options.run);
  const std::string text =
      context.options.Has("json")
          ? compare::ComparisonJson(session.queue(), session.node().name, compared)
          : compare::ComparisonText(compared, kRowsShown);
  std::fputs(text.c_str(), stdout);
  return node::StatusOf(
      std::ranges::count_if(compared, [](const auto& table) { return !table.equal(); }));
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
        "Exit status: the number of tables that differ or could not be compared (100 at most). "
        "With --continuous it is a daemon of its own, beside the worker, with <pidfile>.compare: "
        "-d, -s, -k and -r are for it then, and it exits 0.",
    .options = {"continuous", "count-only", "force", "json", "parallel", "resume", "sort-bufsize",
                "with"},
    .max_arguments = kAnyNumber,
    .pid_file = Command::PidFile::kRepair,
    .run = Run,
};

}  // namespace londiste::commands
