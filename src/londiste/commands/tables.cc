// tables
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/compare/stored_results.h"
#include "londiste/node/node_conditions.h"
#include "londiste/node/node_session.h"
#include "londiste/node/read_copies.h"
#include "londiste/output/condition_lines.h"
#include "londiste/output/copy_json.h"
#include "londiste/output/json.h"
#include "londiste/output/text_table.h"
#include "londiste/tables/attributes.h"
#include "londiste/tables/registry.h"

namespace londiste::commands {
namespace {

using output::Json;

struct NodeTables {
  std::vector<tables::Table> local;
  std::vector<output::CopyStatus> copies;
  std::vector<pgq::StoredCondition> conditions;
  std::map<std::string, compare::StoredResult> compared;
};

NodeTables Read(node::NodeSession& session) {
  NodeTables read;
  pqxx::work tx(session.local());
  for (tables::Table& table : tables::ReadTables(tx, session.queue()))
    if (table.local) read.local.push_back(std::move(table));
  std::ranges::sort(read.local, {}, &tables::Table::name);
  read.copies = node::ReadCopies(tx, session.queue());
  read.conditions = node::ReadNodeConditions(tx, session.queue());
  for (compare::StoredResult& result : compare::ReadResults(tx, session.queue()))
    read.compared.emplace(result.table, std::move(result));
  return read;
}

Json ComparedJson(const compare::StoredResult& result) {
  return {{"compared_with", output::TextOrNull(result.compared_with)},
          {"compared_at", output::TimeOrNull(result.compared_at)},
          {"equal", output::OrNull(result.equal)},
          {"tick_id", result.tick.empty() ? Json(nullptr) : Json(std::stoll(result.tick))},
          {"tick_time", output::TimeOrNull(result.tick_time)},
          {"missing", result.counts.missing},
          {"extra", result.counts.extra},
          {"changed", result.counts.changed},
          {"more", result.counts.more},
          {"reason", output::TextOrNull(result.reason)}};
}

Json TableJson(const tables::Table& table, const NodeTables& read) {
  Json json = {{"table_name", table.name},
               {"dest_table", table.dest.ToString()},
               {"merge_state", table.state.kind == tables::MergeState::Kind::kNone
                                   ? Json(nullptr)
                                   : Json(table.state.ToString())},
               {"table_attrs", Json::object()}};
  for (const pgq::Field& field : table.attributes.fields())
    json["table_attrs"][field.name] = output::OrNull(field.value);
  const auto compared = read.compared.find(table.name);
  json["compared"] =
      compared == read.compared.end() ? Json(nullptr) : ComparedJson(compared->second);
  return json;
}

void PrintJson(node::NodeSession& session, const NodeTables& read) {
  const Json json = {{"queue_name", session.queue()},
                     {"node_name", session.node().name},
                     {"tables", output::ListOf(read.local,
                                               [&](const tables::Table& table) {
                                                 return TableJson(table, read);
                                               })},
                     {"copies", output::ListOf(read.copies, output::CopyJson)},
                     {"conditions", output::ListOf(read.conditions, output::ConditionJson)}};
  std::fputs(output::JsonText(json).c_str(), stdout);
}

int Run(CommandContext& context) {
  if (context.options.Has("json") && context.options.Has("names-only"))
    throw base::UsageError("--json and --names-only exclude each other");
  node::NodeSession session(context);
  session.node();
  const NodeTables read = Read(session);
  if (context.options.Has("json")) return PrintJson(session, read), 0;
  std::vector<std::vector<std::string>> rows;
  for (const tables::Table& table : read.local) {
    if (context.options.Has("names-only")) std::puts(table.name.c_str());
    rows.push_back({table.name, table.state.ToString(),
                    table.attributes.fields().empty() ? "" : table.attributes.ToString()});
  }
  if (context.options.Has("names-only")) return 0;
  std::fputs(output::TextTable("Tables on node", {"table_name", "merge_state", "table_attrs"}, rows)
                 .c_str(),
             stdout);
  std::fputs(output::CopyTable(read.copies).c_str(), stdout);
  for (const std::string& line : output::ConditionLines(read.conditions)) std::puts(line.c_str());
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
    .options = {"names-only", "json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
