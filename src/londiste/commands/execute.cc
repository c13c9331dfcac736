// execute
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/execute/decision.h"
#include "londiste/execute/preview.h"
#include "londiste/execute/root_execution.h"
#include "londiste/node/node_session.h"
#include "londiste/output/script_plan.h"
#include "pg/error.h"

namespace londiste::commands {
namespace {

using execute::Decision;
using execute::ScriptText;

constexpr const char* kStdin = "-";

std::string ReadFile(const std::string& path) {
  if (path == kStdin) return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream file(path, std::ios::binary);
  const auto fail = [&](const char* what) {
    throw base::Error(std::string("could not ") + what + " \"" + path +
                      "\": " + std::strerror(errno));
  };
  if (!file) fail("open");
  std::ostringstream text;
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (file.bad() || text.bad()) fail("read");
  return std::move(text).str();
}

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<ScriptText> ReadScripts(const CommandContext& context) {
  const std::string name = context.options.Value("name");
  if (context.arguments.empty())
    throw base::UsageError("which scripts?",
                           "Give their files, or \"-\" with --name for one on the standard input.");
  std::vector<ScriptText> scripts;
  for (const std::string& path : context.arguments) {
    if ((path == kStdin) != !name.empty() || (!name.empty() && context.arguments.size() > 1))
      throw base::UsageError("--name goes with one script on the standard input, file \"-\"",
                             "A file has its own name, under which it is executed once.");
    ScriptText script{.file = name.empty() ? BaseName(path) : name, .sql = ReadFile(path)};
    const auto attributes = execute::ExecuteAttributes::FromScript(script.sql);
    if (!attributes.empty()) script.attributes = attributes.Encoded();
    scripts.push_back(std::move(script));
  }
  return scripts;
}

std::optional<Decision> ReadDecision(const CommandContext& context) {
  std::optional<Decision> decision;
  for (const auto& [option, value] : {std::pair{"skip", Decision::kSkip},
                                      {"retry", Decision::kRetry},
                                      {"force", Decision::kForce}}) {
    if (!context.options.Has(option)) continue;
    if (decision) throw base::UsageError("--skip, --retry and --force exclude each other", "");
    decision = value;
  }
  if (decision && context.arguments.size() != 1)
    throw base::UsageError("--skip, --retry and --force take the name of one script",
                           "Command status tells which script has stopped a node.");
  return decision;
}

execute::RootExecution OnRoot(CommandContext& context, node::NodeSession& session) {
  return {session.local(), session.queue(), context.settings.seconds("lock_timeout"),
          [](const std::string& line) { spdlog::info("{}", line); }};
}

int ActOn(CommandContext& context, node::NodeSession& session, Decision decision) {
  const std::string file = BaseName(context.arguments[0]);
  const bool root = session.is_root();
  {
    pqxx::work tx(session.local());
    execute::Decide(tx, session.queue(), file, decision);
    tx.commit();
  }
  if (!root) {
    session.WakeWorker();
    spdlog::info("Noted for '{}': the worker takes it up", file);
  } else if (decision == Decision::kSkip) {
    spdlog::info("'{}' is given up: what is done of it stays", file);
  } else {
    OnRoot(context, session).Resume();
  }
  return 0;
}

output::ScriptPlan::Node Ask(CommandContext& context, node::NodeSession& session,
                             const cascade::Location& member, const ScriptText& script) {
  output::ScriptPlan::Node answer{.name = member.node, .type = "", .verdict = "", .detail = ""};
  try {
    std::unique_ptr<pg::Connection> remote;
    if (member.node != session.node().name)
      remote = node::ConnectRemote(context, member.connstr, "node \"" + member.node + "\"");
    pqxx::work tx(remote ? *remote : session.local());
    const auto info = cascade::GetNodeInfo(tx, session.queue());
    if (!info) throw base::Error("Unknown queue: " + session.queue());
    const execute::ScriptPreview preview = execute::Preview(tx, session.queue(), script);
    answer.type = cascade::ToString(info->type);
    answer.verdict = ToString(preview.verdict);
    answer.detail = preview.detail;
  } catch (const base::Interrupted&) {
    throw;
  } catch (...) {
    answer.verdict = "unreachable";
    answer.detail = pg::DescribeCurrentFailure().message;
  }
  return answer;
}

int Show(CommandContext& context, node::NodeSession& session,
         const std::vector<ScriptText>& scripts) {
  std::vector<cascade::Location> members;
  {
    pqxx::work tx(session.local());
    members = cascade::GetLocations(tx, session.queue());
  }
  std::vector<output::ScriptPlan> plans;
  for (const ScriptText& script : scripts) {
    output::ScriptPlan& plan = plans.emplace_back();
    plan.file = script.file;
    plan.cuts = execute::CutsOf(script);
    for (const cascade::Location& member : members)
      plan.nodes.push_back(Ask(context, session, member, script));
  }
  if (context.options.Has("json")) {
    std::fputs(output::ScriptPlansJson(session.queue(), plans).c_str(), stdout);
    return 0;
  }
  for (const output::ScriptPlan& plan : plans)
    std::fputs(output::ScriptPlanText(plan).c_str(), stdout);
  return 0;
}

int Run(CommandContext& context) {
  const std::optional<Decision> decision = ReadDecision(context);
  node::NodeSession session(context);
  if (decision) return ActOn(context, session, *decision);
  const std::vector<ScriptText> scripts = ReadScripts(context);
  if (context.options.Has("json") && !context.options.Has("dry-run"))
    throw base::UsageError("--json goes with --dry-run", "");
  if (!session.is_root())
    throw base::Error("Node is not root node: " + session.queue(),
                      "Run it with the root's configuration file; command status shows which node "
                      "that is.");
  if (context.options.Has("dry-run")) return Show(context, session, scripts);
  OnRoot(context, session).Run(scripts);
  return 0;
}

}  // namespace

const Command kExecute = {
    .name = "execute",
    .arguments = "FILE...",
    .summary = "run SQL scripts on the root and then on every node that they are for",
    .details =
        "All files are run in one transaction, statement by statement, and go down the cascade at "
        "their place among the rows. A file whose name was executed before is skipped. Lines "
        "\"--*-- Local-Table: t\" at its head say for which nodes a script is. What cannot run in "
        "a transaction runs outside of it. On a node that a script has stopped, --retry, --skip or "
        "--force with the script's name goes on.",
    .options = {"name", "dry-run", "json", "skip", "retry", "force"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace londiste::commands
