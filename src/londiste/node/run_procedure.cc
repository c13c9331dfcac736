#include "londiste/node/run_procedure.h"

#include <spdlog/spdlog.h>

#include <cstdio>

#include "base/error.h"
#include "londiste/output/answer_log.h"
#include "londiste/output/procedure_report.h"
#include "londiste/worker/wake_channel.h"

namespace londiste::node {
namespace {

class LogObserver final : public cascade::ProcedureObserver {
 public:
  void Objected(const cascade::Objection& objection) override {
    spdlog::error("{}", objection.problem);
    if (!objection.way_out.empty()) spdlog::error("HINT:  {}", objection.way_out);
  }
  void Begins(const cascade::Step& step, std::size_t number, std::size_t of) override {
    spdlog::debug("{}/{} {} on {}: {}", number, of, step.name, step.node, step.what);
  }
  void Ended(const cascade::StepReport& step, std::size_t number, std::size_t of) override {
    const bool done = step.state == cascade::StepState::kDone;
    spdlog::info("{}/{} {} on {}: {}{}{}", number, of, step.name, step.node,
                 done ? step.what : cascade::ToString(step.state), step.detail.empty() ? "" : ": ",
                 step.detail);
  }
  void GoesBack(const std::string& why) override { spdlog::error("{}; going back", why); }
};

}  // namespace

CascadeCommand::CascadeCommand(CommandContext& context)
    : context_(context),
      session_(context),
      members_(MemberOptions(), context.interrupt),
      tables_(session_.queue()) {}

cascade::Members::Options CascadeCommand::MemberOptions() {
  const std::vector<std::string>& dead = context_.options.Values("dead");
  return {.queue = session_.queue(),
          .own_node = session_.node().name,
          .told_dead = {dead.begin(), dead.end()},
          .wake_channel = worker::WakeChannel,
          .connect =
              [this](const cascade::Location& member, bool own, base::Interrupt& interrupt) {
                const pg::ConnectOptions options =
                    own ? LocalOptions(context_) : RemoteOptions(context_, member.connstr);
                return ConnectAs(options, interrupt,
                                 own ? "local database" : "node \"" + member.node + "\"");
              },
          .log = output::LogAnswer};
}

// What brings the same command again. An option that only shows, or undoes, is left out.
std::string CascadeCommand::Line() const {
  std::string line = "londiste";
  for (const std::string& word : context_.options.arguments()) line += " " + word;
  for (std::string_view name : context_.options.Given()) {
    if (name == "dry-run" || name == "undo" || name == "json" || name == "quiet" ||
        name == "verbose")
      continue;
    const std::vector<std::string>& values = context_.options.Values(name);
    if (values.empty()) line += " --" + std::string(name);
    for (const std::string& value : values) line += " --" + std::string(name) + "=" + value;
  }
  return line;
}

int CascadeCommand::Run(cascade::Procedure procedure, Report report) {
  LogObserver observer;
  const std::string name = procedure.name;
  cascade::ProcedureRun run(members_, std::move(procedure), Line(), observer);
  const bool show = context_.options.Has("dry-run"), undo = context_.options.Has("undo");
  if (show && undo) throw base::UsageError("--dry-run and --undo exclude each other");
  session_.RequireOwnDatabase();
  const cascade::ProcedureReport done = show ? run.Show() : undo ? run.Undo() : run.Run();
  const bool json = context_.options.Has("json");
  if (json)
    std::fputs(output::ProcedureJson(done).c_str(), stdout);
  else if (show || (!undo && report == Report::kTable))
    std::fputs(output::ProcedureText(done).c_str(), stdout);
  if (show) return done.objections.empty() ? 0 : 1;
  spdlog::info("{}: {}", name, undo ? "put back" : "done");
  return 0;
}

}  // namespace londiste::node
