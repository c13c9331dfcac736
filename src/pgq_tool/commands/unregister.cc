// unregister
#include <cstdio>

#include "pgq/subscription.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Run(CommandContext& context) {
  const std::string &queue = context.arguments[0], &consumer = context.arguments[1];
  const auto connection = Connect(context);
  pqxx::work tx(*connection);
  RequireConsumer(tx, queue, consumer);
  const int removed = pgq::UnregisterConsumer(tx, queue, consumer);
  tx.commit();
  std::printf("consumer \"%s\" of queue \"%s\" unregistered", consumer.c_str(), queue.c_str());
  if (removed > 1) std::printf(", with %d subconsumer(s)", removed - 1);
  std::printf("\n");
  return 0;
}

}  // namespace

const Command kUnregister = {
    .name = "unregister",
    .arguments = "QUEUE CONSUMER",
    .summary = "unregister a consumer: what it has not read is lost to it",
    .details = "Its subconsumers and its events that wait for a retry go with it.",
    .min_arguments = 2,
    .max_arguments = 2,
    .run = Run,
};

}  // namespace pgq_tool::commands
