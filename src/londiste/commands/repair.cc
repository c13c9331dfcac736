// repair
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/compare/compared_json.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/node/compare_log.h"
#include "londiste/node/compare_request.h"
#include "londiste/node/repair_nodes.h"

namespace londiste::commands {
namespace {

// Of one that differs, with its key.
constexpr std::int64_t kRowMemory = 256;

void Tell(const compare::ComparedTable& compared, const node::RepairedTable& table, bool applied) {
  const repair::RepairCounts& counts = table.counts;
  spdlog::info(
      "finished {}: src: {} rows, dst: {} rows, missed: {} inserts, {} updates, {} deletes",
      compared.table, compared.result.above.rows, compared.result.below.rows, counts.inserts,
      counts.updates, counts.deletes);
  if (!table.file.empty()) spdlog::info("{}: see {}", compared.table, table.file);
  if (applied && counts.equal > 0)
    spdlog::info("{}: equal by now: {}", compared.table, counts.equal);
  if (counts.kept > 0)
    spdlog::warn("{}: rows that only this node has, and that stay without --delete: {}",
                 compared.table, counts.kept);
  if (counts.unmended > 0)
    spdlog::warn("{}: rows that differ in generated columns only, which cannot be set: {}",
                 compared.table, counts.unmended);
  if (counts.unclear > 0)
    spdlog::warn("{}: rows that stay, as others have the same key or it has a NULL: {}",
                 compared.table, counts.unclear);
  if (compared.result.counts.more)
    spdlog::warn("{}: there are more rows that differ: run repair again", compared.table);
  if (!table.failure.empty()) spdlog::error("{}: {}", compared.table, table.failure);
}

output::Json RepairedJson(const node::RepairedTable& table, bool applied) {
  output::Json json = compare::ComparedJson(table.compared);
  json["mended"] = table.mended(applied);
  json["file"] = output::TextOrNull(table.file);
  json["inserts"] = table.counts.inserts;
  json["updates"] = table.counts.updates;
  json["deletes"] = table.counts.deletes;
  json["equal_by_now"] = table.counts.equal;
  json["kept"] = table.counts.kept;
  json["unmended"] = table.counts.unmended;
  json["ambiguous"] = table.counts.unclear;
  json["failure"] = output::TextOrNull(table.failure);
  return json;
}

void PrintJson(node::NodeSession& session, const std::vector<node::RepairedTable>& repaired,
               bool applied) {
  const output::Json json = {
      {"queue_name", session.queue()},
      {"node_name", session.node().name},
      {"applied", applied},
      {"tables", output::ListOf(repaired, [&](const node::RepairedTable& table) {
         return RepairedJson(table, applied);
       })}};
  std::fputs(output::JsonText(json).c_str(), stdout);
}

int Run(CommandContext& context) {
  node::CompareOptions compare = node::ReadCompareOptions(context);
  compare.most_differences = static_cast<std::size_t>(compare.memory / kRowMemory);
  const node::RepairOptions options{
      .compare = compare,
      .extra = context.options.Has("delete") ? repair::Extra::kDelete : repair::Extra::kKeep,
      .apply = context.options.Has("apply"),
      .tell = [&](const compare::ComparedTable& compared, const node::RepairedTable& table) {
        Tell(compared, table, context.options.Has("apply"));
      }};
  handlers::LoadHandlerModules(context.settings);
  node::NodeSession session(context);
  const std::vector<tables::Table> tables = node::TablesToCompare(context, session);
  if (options.apply) session.RequireOwnDatabase();
  node::CompareLog log;
  const auto repaired = node::RepairNodes(context, session, tables, options, log);
  if (context.options.Has("json")) PrintJson(session, repaired, options.apply);
  return node::StatusOf(std::ranges::count_if(
      repaired, [&](const auto& table) { return !table.mended(options.apply); }));
}

}  // namespace

const Command kRepair = {
    .name = "repair",
    .arguments = "[TABLE...]",
    .summary = "make the rows of this node's tables equal to those they are replicated from",
    .details =
        "Compares as compare does, and writes for each table that differs a file fix.TABLE.sql "
        "with the statements that mend it, for psql; with --apply the rows are changed at once: "
        "each is looked at again, at a moment when the worker stands still, so that nothing is put "
        "back that has changed since. Writers and the other nodes are not disturbed. Exit status: "
        "the number of tables that differ, with --apply those that still do (100 at most).",
    .options = {"apply", "delete", "force", "json", "parallel", "repair-where", "sort-bufsize",
                "with"},
    .max_arguments = kAnyNumber,
    .pid_file = Command::PidFile::kRepair,
    .run = Run,
};

}  // namespace londiste::commands
