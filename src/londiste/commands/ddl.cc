// ddl
#include <spdlog/spdlog.h>

#include <cstdio>

#include "base/error.h"
#include "base/text.h"
#include "londiste/commands/command.h"
#include "londiste/node/ddl_setting.h"
#include "londiste/node/node_session.h"
#include "londiste/output/answer_log.h"
#include "londiste/output/json.h"

namespace londiste::commands {
namespace {

void Show(node::NodeSession& session) {
  pqxx::work tx(session.local());
  const node::DdlSetting setting = node::ReadDdlSetting(tx, session.queue());
  std::printf("ddl: %s\nunsafe: %s\ngrants: %s\n", setting.mode.c_str(), setting.unsafe.c_str(),
              setting.grants ? "yes" : "no");
  if (!setting.tables.empty()) std::printf("tables: %s\n", setting.tables.c_str());
}

output::Json Patterns(std::string_view text) {
  output::Json patterns = output::Json::array();
  while (!text.empty()) {
    const std::string pattern(base::Trim(base::TakeUntil(text, ',')));
    if (pattern.empty()) continue;
    if (pattern.find('.') == std::string::npos)
      throw base::UsageError("--tables: \"" + pattern + "\" names no schema",
                             "A pattern is schema.table, for example public.* or sales.order_*.");
    patterns.push_back(pattern);
  }
  return patterns;
}

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  if (context.arguments.empty() && !context.options.Has("unsafe") &&
      !context.options.Has("grants") && !context.options.Has("tables")) {
    Show(session);
    return 0;
  }
  session.RequireOwnDatabase();
  pqxx::work tx(session.local());
  const node::DdlSetting before = node::ReadDdlSetting(tx, session.queue());
  if (!before.known)
    throw base::Error("the londiste schema of this database has no setting ddl",
                      "Update it: alter extension londiste update, or install londiste.sql again.");
  const std::string mode = context.arguments.empty() ? before.mode : context.arguments[0];
  output::Json options = output::Json::object();
  const std::string unsafe = context.options.Value("unsafe");
  if (mode != "off" && mode != "check" && mode != "replicate")
    throw base::UsageError("ddl: unknown value \"" + mode + "\"", "It is off, check or replicate.");
  if (!unsafe.empty() && unsafe != "refuse" && unsafe != "check")
    throw base::UsageError("--unsafe: unknown value \"" + unsafe + "\"", "It is refuse or check.");
  if (!unsafe.empty()) options["unsafe"] = unsafe;
  const std::string grants = context.options.Value("grants");
  if (!grants.empty() && grants != "yes" && grants != "no")
    throw base::UsageError("--grants: unknown value \"" + grants + "\"", "It is yes or no.");
  if (!grants.empty()) options["grants"] = grants == "yes";
  if (context.options.Has("tables")) options["tables"] = Patterns(context.options.Value("tables"));
  output::CommitAndReport(tx, cascade::Call(tx, "select * from londiste.set_ddl($1, $2, $3)",
                                            session.queue(), mode, options.dump()));
  session.WakeWorker();
  return 0;
}

}  // namespace

const Command kDdl = {
    .name = "ddl",
    .arguments = "[off|check|replicate]",
    .summary = "what becomes of changes of the tables' structure; without argument: show it",
    .details =
        "On the root, for all nodes of the queue. check, where a queue begins: each node compares "
        "its tables with its provider's, and what would stop it or make rows differ is a condition "
        "in status, with the statement that mends it. replicate: moreover, what is done to the "
        "columns, constraints, indexes, comments and partitions of a replicated table on the root, "
        "and to the types of its columns, is done on all nodes, at its place among the changes of "
        "rows, and with --grants=yes also what is done to its owner and grants; a table that is "
        "renamed or dropped is renamed or dropped on all nodes that have it under that name, and "
        "new ones that --tables wants are created. Needs a superuser once, for the event triggers. "
        "off: neither.",
    .options = {"unsafe", "grants", "tables"},
    .max_arguments = 1,
    .run = Run,
};

}  // namespace londiste::commands
