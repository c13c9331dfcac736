// status
#include <cstdio>

#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/queue_text.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Run(CommandContext& context) {
  const auto connection = Connect(context);
  const DatabaseState state = ReadDatabase(*connection, context.arguments);
  std::fputs((context.options.Has("json") ? StatusJson(state) : StatusText(state)).c_str(), stdout);
  return 0;
}

}  // namespace

const Command kStatus = {
    .name = "status",
    .arguments = "[QUEUE...]",
    .summary = "show the queues of a database, their consumers, and what is wrong with them",
    .details =
        "Events per second are those of the last twenty ticks; new events are those since the last "
        "tick, and both count ids, so that rolled back and forced ones are among them. Below the "
        "tables stands what keeps event tables from being rotated, where that is overdue, and what "
        "pgqd and the workers have noted. Who blocks rotation now is told to members of pgq_admin; "
        "others see what pgqd has found.",
    .options = {"json"},
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace pgq_tool::commands
