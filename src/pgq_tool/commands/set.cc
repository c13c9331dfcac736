// set
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/queue_parameters.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Run(CommandContext& context) {
  const std::vector<QueueParameter> parameters =
      ReadParameters({context.arguments.begin() + 1, context.arguments.end()});
  const auto connection = Connect(context);
  pqxx::work tx(*connection);
  RequireQueue(tx, context.arguments[0]);
  SetParameters(tx, context.arguments[0], parameters);
  tx.commit();
  return 0;
}

}  // namespace

const Command kSet = {
    .name = "set",
    .arguments = "QUEUE PARAMETER=VALUE...",
    .summary = "set parameters of a queue: all of them, or none when one is wrong",
    .details =
        "Parameters: ticker_max_count, a tick at the latest after so many events; ticker_max_lag, "
        "after so long, e.g. '3 seconds'; ticker_idle_period, the same without events; "
        "ticker_paused, true or false; rotation_period, how often event tables are emptied, e.g. "
        "'2 hours'; external_ticker, true where the ticks come from another node.",
    .min_arguments = 2,
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace pgq_tool::commands
