// worker
#include "base/error.h"
#include "londiste/commands/command.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/worker/run_worker.h"

namespace londiste::commands {
namespace {

worker::RunOptions ReadOptions(const CommandContext& context) {
  using Position = worker::RunOptions::Position;
  bool rewind = context.options.Has("rewind"), reset = context.options.Has("reset");
  if (rewind && reset) throw base::UsageError("--rewind and --reset exclude each other");
  worker::RunOptions options;
  options.position = rewind ? Position::kRewind : reset ? Position::kReset : Position::kKeep;
  options.file = context.options.arguments()[0];
  return options;
}

int Run(CommandContext& context) {
  handlers::LoadHandlerModules(context.settings);
  return worker::RunWorker(context.settings, ReadOptions(context), context.reload, context.signals,
                           context.report);
}

}  // namespace

const Command kWorker = {
    .name = "worker",
    .summary = "run the replication worker of this node (-d: in the background)",
    .details =
        "SIGINT (-s) ends it after the current batch, SIGTERM (-k) at once; SIGHUP (-r) makes it "
        "read its configuration again and reopen its log.",
    .options = {"rewind", "reset"},
    .pid_file = Command::PidFile::kWorker,
    .run = Run,
};

}  // namespace londiste::commands
