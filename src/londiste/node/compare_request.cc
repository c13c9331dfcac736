#include "londiste/node/compare_request.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
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
  CompareOptions options{.sessions = Parallel(context)};
  if (context.options.Has("with")) options.with = context.options.Value("with");
  if (context.options.Has("repair-where")) options.where = context.options.Value("repair-where");
  options.count_only = context.options.Has("count-only");
  options.force = context.options.Has("force");
  return options;
}

int StatusOf(std::ptrdiff_t bad_tables) {
  return static_cast<int>(std::min(bad_tables, kHighestStatus));
}

}  // namespace londiste::node
