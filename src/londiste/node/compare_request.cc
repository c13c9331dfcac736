#include "londiste/node/compare_request.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "londiste/node/memory_size.h"
#include "londiste/tables/name_selection.h"

namespace londiste::node {
namespace {

constexpr std::ptrdiff_t kHighestStatus = 100;
constexpr int kMostSessions = 64;

int Parallel(const CommandContext& context) {
  if (!context.options.Has("parallel")) return 1;
  const std::string& text = context.options.Value("parallel");
  const auto number = base::ParseWhole<int>(text);
  if (!number || *number < 1 || *number > kMostSessions)
    throw base::UsageError("--parallel: \"" + text + "\" is no number from 1 to " +
                           std::to_string(kMostSessions));
  return *number;
}

std::int64_t Memory(const CommandContext& context) {
  if (!context.options.Has("sort-bufsize")) return compare::kUsualMemory;
  const std::string& text = context.options.Value("sort-bufsize");
  const auto size = ParseMemorySize(text, PhysicalMemory());
  if (!size)
    throw base::UsageError("--sort-bufsize: \"" + text +
                           "\" is no size like 512M, 2G or 30% (of the memory)");
  return *size;
}

}  // namespace

std::vector<tables::Table> TablesToCompare(const CommandContext& context, NodeSession& session) {
  if (session.is_root())
    throw base::Error(
        "node \"" + session.node().name +
            "\" is the root: there is no node that its tables come from",
        "Run " + std::string(context.command) + " with the configuration file of another node.");
  std::vector<tables::Table> tables;
  {
    pqxx::work tx(session.local());
    tables = tables::ReadTablesForApply(tx, session.queue());
  }
  std::erase_if(tables, [](const tables::Table& table) { return !table.local; });
  if (tables.empty())
    spdlog::warn("there are no tables on this node: add-table adds some, and missing lists them");
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

CompareOptions ReadCompareOptions(const CommandContext& context) {
  CompareOptions options{.sessions = Parallel(context), .memory = Memory(context)};
  if (context.options.Has("with")) options.with = context.options.Value("with");
  if (context.options.Has("repair-where")) options.where = context.options.Value("repair-where");
  options.count_only = context.options.Has("count-only");
  options.force = context.options.Has("force");
  return options;
}

namespace {

// What stands for the same tables, whatever the order of their names.
std::string CommandText(const CommandContext& context, const CompareOptions& options) {
  std::vector<std::string> names = context.arguments;
  std::ranges::sort(names);
  std::string text(context.command);
  for (const std::string& name : names) text += " " + name;
  return text + (options.with.empty() ? "" : " --with=" + options.with);
}

}  // namespace

compare::ComparisonRun BeginRun(const CommandContext& context, NodeSession& session,
                                const CompareOptions& options) {
  const bool resume = context.options.Has("resume");
  if (resume && !options.keeps_results())
    throw base::UsageError(
        "--resume goes on with a comparison of rows: not with --count-only or compare_sql, of "
        "which no results are kept");
  pqxx::work tx(session.local());
  if (!options.keeps_results() || !compare::KeepsResults(tx)) {
    if (!resume) return {};
    throw base::Error(
        "the londiste schema of this database keeps no results to resume from, or "
        "this role may not write them",
        "Update the schema, or grant londiste_writer to the role.");
  }
  compare::ComparisonRun run =
      compare::BeginComparison(tx, session.queue(), CommandText(context, options),
                               resume ? compare::Start::kResume : compare::Start::kAnew);
  tx.commit();
  if (resume && !run.goes_on)
    spdlog::info("the same command was not interrupted before: all tables are compared");
  return run;
}

void EndRun(NodeSession& session, const compare::ComparisonRun& run) {
  if (run.id.empty()) return;
  pqxx::work tx(session.local());
  compare::EndComparison(tx, session.queue(), run.id);
  tx.commit();
}

int StatusOf(std::ptrdiff_t bad_tables) {
  return static_cast<int>(std::min(bad_tables, kHighestStatus));
}

}  // namespace londiste::node
