// ticker
#include <cstdio>

#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/queue_text.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Run(CommandContext& context) {
  const auto connection = Connect(context);
  const DatabaseState state = ReadDatabase(*connection, {});
  std::fputs(
      (context.options.Has("json") ? TickerStateJson(state) : TickerStateText(state)).c_str(),
      stdout);
  return state.ticker ? 0 : 1;
}

}  // namespace

const Command kTicker = {
    .name = "ticker",
    .summary = "tell whether pgqd serves the database, and when each queue got its last tick",
    .details =
        "Exit status 1 when no pgqd holds the lock by which it is known. One that works "
        "through a pooler in transaction mode cannot be seen so: look at the age of the "
        "ticks.",
    .options = {"json"},
    .run = Run,
};

}  // namespace pgq_tool::commands
