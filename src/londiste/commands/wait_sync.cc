// wait-sync
#include "londiste/commands/await_sync.h"

namespace londiste::commands {
namespace {

int Run(Context& context) {
  NodeSession session(context);
  AwaitSync(context, session);
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
