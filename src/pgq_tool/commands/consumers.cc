// consumers
#include <cstdio>

#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/queue_text.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

std::vector<pgq::ConsumerInfo> Read(pg::Connection& connection,
                                    const std::vector<std::string>& queues) {
  pqxx::nontransaction tx(connection);
  if (queues.empty()) return pgq::ListConsumers(tx);
  RequireQueue(tx, queues[0]);
  return pgq::ListConsumers(tx, queues[0]);
}

int Run(CommandContext& context) {
  const auto connection = Connect(context);
  const std::vector<pgq::ConsumerInfo> consumers = Read(*connection, context.arguments);
  std::fputs(
      (context.options.Has("json") ? ConsumersJson(consumers) : ConsumersText(consumers)).c_str(),
      stdout);
  return 0;
}

}  // namespace

const Command kConsumers = {
    .name = "consumers",
    .arguments = "[QUEUE]",
    .summary = "list the consumers of a queue, or of all, with their position and lag",
    .details =
        "Lag is the age of the last tick that the consumer has finished. A batch is shown "
        "while the consumer works on one.",
    .options = {"json"},
    .max_arguments = 1,
    .run = Run,
};

}  // namespace pgq_tool::commands
