// create
#include <cstdio>

#include "pgq/queue.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/queue_parameters.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Run(CommandContext& context) {
  const std::string& queue = context.arguments[0];
  const std::vector<QueueParameter> parameters =
      ReadParameters({context.arguments.begin() + 1, context.arguments.end()});
  const auto connection = Connect(context);
  pqxx::work tx(*connection);
  const bool created = pgq::CreateQueue(tx, queue);
  SetParameters(tx, queue, parameters);
  tx.commit();
  std::printf("queue \"%s\" %s\n", queue.c_str(), created ? "created" : "exists already");
  return 0;
}

}  // namespace

const Command kCreate = {
    .name = "create",
    .arguments = "QUEUE [PARAMETER=VALUE...]",
    .summary = "create a queue, and set parameters of it",
    .details =
        "A queue that exists is no error; its parameters are set all the same. For the "
        "parameters see set.",
    .min_arguments = 1,
    .max_arguments = kAnyNumber,
    .run = Run,
};

}  // namespace pgq_tool::commands
