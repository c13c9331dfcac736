// wait-sync
#include "londiste/commands/command.h"
#include "londiste/node/await_sync.h"

namespace londiste::commands {
namespace {

int Run(CommandContext& context) {
  node::NodeSession session(context);
  node::AwaitSync(context, session);
  return 0;
}

}  // namespace

const Command kWaitSync = {
    .name = "wait-sync",
    .summary = "wait until all tables of this node are copied and in sync",
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
