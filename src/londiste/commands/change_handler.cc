// change-handler
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/handlers/handler_table.h"
#include "londiste/node/add_request.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"
#include "londiste/structure/lock_timeout.h"
#include "pg/may_call.h"
#include "pg/qualified_name.h"
#include "pg/text_array.h"

namespace londiste::commands {
namespace {

using TriggerArgs = std::vector<std::string>;

tables::Table LocalTable(pqxx::work& tx, const std::string& queue, const std::string& name) {
  auto table = tables::ReadTable(tx, queue, name);
  if (table && table->local) return *table;
  throw base::Error("Table " + name + " not found on this node",
                    "Command tables lists what this node replicates.");
}

// What the table was added with, or has, but for what its handler asked for. SkyTools' schema keeps
// neither.
TriggerArgs OwnTriggerArgs(pqxx::work& tx, const std::string& queue, const tables::Table& table,
                           const handlers::Handler& handler) {
  TriggerArgs args;
  if (!pg::MayCall(tx, "londiste._found_trigger_args(text, text, text)")) return args;
  for (const pqxx::row& row : tx.exec_params(
           "select pg_catalog.unnest(coalesce(t.trigger_args, "
           "londiste._found_trigger_args(t.queue_name, t.table_name, coalesce(t.dest_table, "
           "t.table_name)))) from londiste.table_info t where t.queue_name = $1 and t.table_name = "
           "$2",
           queue, table.name))
    args.emplace_back(row[0].c_str());
  const TriggerArgs asked_for = handler.TriggerArguments();
  std::erase_if(args, [&](const std::string& arg) {
    return std::ranges::find(asked_for, arg) != asked_for.end();
  });
  return args;
}

bool NamesTriggers(const CommandContext& context) {
  return context.options.Has("trigger-flags") || context.options.Has("trigger-arg") ||
         context.options.Has("no-triggers");
}

void RefuseOtherKind(const tables::Table& table, const handlers::Handler& before,
                     const handlers::Handler& after) {
  if (before.needs_table() == after.needs_table()) return;
  throw base::Error(std::string("table \"") + table.name + "\" cannot change to a handler that " +
                        (after.needs_table() ? "keeps a table from one that does not"
                                             : "keeps no table from one that does"),
                    "Run remove-table, then add-table with the other handler.");
}

int Run(CommandContext& context) {
  handlers::LoadHandlerModules(context.settings);
  const std::string name = pg::WithDefaultSchema(context.arguments.front());
  const node::AddRequest request = node::ReadAddRequest(context);
  node::NodeSession session(context);
  session.node();
  pqxx::work tx(session.local());
  const tables::Table table = LocalTable(tx, session.queue(), name);
  const std::string wanted = request.attributes.Value("handler");
  if (table.handler_text() == wanted && !NamesTriggers(context)) {
    spdlog::info("Handler is already set to desired value, nothing done");
    return 0;
  }
  tables::TableAttributes attributes = table.attributes;
  attributes.Remove("handler");
  if (!wanted.empty()) attributes.Set("handler", wanted);
  tables::Table changed = table;
  changed.attributes = attributes;
  const handlers::HandlerSettings settings = handlers::HandlerSettings::Read(context.settings);
  const auto before = handlers::MakeHandlerOf(table, settings),
             after = handlers::MakeHandlerOf(changed, settings);
  RefuseOtherKind(table, *before, *after);
  if (!session.is_root()) after->LookAtTarget(tx);
  TriggerArgs args = request.trigger_args;
  if (!NamesTriggers(context)) {
    const TriggerArgs own = OwnTriggerArgs(tx, session.queue(), table, *before);
    args.insert(args.begin(), own.begin(), own.end());
  }
  std::optional<std::string> encoded;
  if (!attributes.empty()) encoded = attributes.Encoded();
  cascade::Answer answer;
  structure::WithLockTimeout(tx, context.settings, table.dest.ToString(), [&] {
    answer =
        cascade::Call(tx, "select * from londiste.local_change_handler($1, $2, $3::text[], $4)",
                      session.queue(), name, pg::TextArray(args), encoded);
    if (answer.failed()) output::ReportAnswer(answer);
  });
  output::CommitAndReport(tx, answer);
  if (!session.is_root())
    spdlog::info(
        "the rows that are here stay as they are; if the handler would have brought others, "
        "run resync {}",
        name);
  session.WakeMergedWorkers();
  return 0;
}

}  // namespace

const Command kChangeHandler = {
    .name = "change-handler",
    .arguments = "TABLE",
    .summary = "treat the changes of a table otherwise from now on",
    .details =
        "Without --handler the table gets the plain handler. Trigger arguments that the table was "
        "added with stay, unless some are given.",
    .options = {"handler", "handler-arg", "trigger-flags", "trigger-arg", "no-triggers"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace londiste::commands
