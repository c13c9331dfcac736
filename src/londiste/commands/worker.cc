// worker
#include "londiste/commands/command.h"
#include "londiste/worker/run_worker.h"

namespace londiste::commands {
namespace {

int Run(Context& context) {
  return worker::RunWorker(context.settings, worker::WorkerOptions(), context.reload,
                           context.signals, context.report);
}

}  // namespace

const Command kWorker = {
    .name = "worker",
    .summary = "run the replication worker of this node (-d: in the background)",
    .details =
        "SIGINT (-s) ends it after the current batch, SIGTERM (-k) at once; SIGHUP (-r) makes it "
        "read its configuration and reopen its log.",
    .pid_file = Command::PidFile::kWorker,
    .run = Run,
};

}  // namespace londiste::commands
