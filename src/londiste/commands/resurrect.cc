// resurrect
#include "cascade/resurrect.h"

#include "londiste/commands/command.h"
#include "londiste/node/run_procedure.h"
#include "londiste/output/lost_events_file.h"

namespace londiste::commands {
namespace {

constexpr const char* kFile = "resurrect-lost-events.json";

int Run(CommandContext& context) {
  node::CascadeCommand command(context);
  output::LostEventsFile file(kFile);
  return command.Run(cascade::Resurrect(command.members(), command.tables(), file,
                                        context.settings.seconds("lock_timeout")));
}

}  // namespace

const Command kResurrect = {
    .name = "resurrect",
    .summary = "bring a root that was given up for dead back as a branch",
    .details =
        "Runs on the old root, after another node took over with --dead-root. The changes that no "
        "other node has are written to resurrect-lost-events.json in the current folder and "
        "removed from the queue; the tables that they concern are copied again from the new root, "
        "so look at the file before you run this where such a table is large. Nothing of the file "
        "is applied anywhere. If the command was interrupted, run it again. "
        "--undo only lets the worker go on: the queue stays closed, as another node is the root.",
    .options = {"dead", "dry-run", "undo", "json"},
    .run = Run,
};

}  // namespace londiste::commands
