// drop
#include <cstdio>

#include "base/error.h"
#include "pgq/queue.h"
#include "pgq/subscription.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

std::string Names(const std::vector<pgq::ConsumerInfo>& consumers) {
  std::string names;
  for (const pgq::ConsumerInfo& consumer : consumers)
    names += (names.empty() ? "\"" : ", \"") + consumer.consumer + "\"";
  return names;
}

int Run(CommandContext& context) {
  const std::string& queue = context.arguments[0];
  const bool force = context.options.Has("force");
  const auto connection = Connect(context);
  pqxx::work tx(*connection);
  RequireQueue(tx, queue);
  const std::string consumers = Names(pgq::ListConsumers(tx, queue));
  if (!consumers.empty() && !force)
    throw base::Error("queue \"" + queue + "\" still has consumers: " + consumers,
                      "They are unregistered with --force; what they have not read is lost.");
  pgq::DropQueue(tx, queue,
                 force ? pgq::AttachedConsumers::kUnregister : pgq::AttachedConsumers::kRefuse);
  tx.commit();
  std::printf("queue \"%s\" dropped%s\n", queue.c_str(),
              consumers.empty() ? "" : (", with consumers " + consumers).c_str());
  return 0;
}

}  // namespace

const Command kDrop = {
    .name = "drop",
    .arguments = "QUEUE",
    .summary = "drop a queue with its events",
    .details =
        "A queue that still has consumers is dropped only with --force. A queue of a cascade "
        "is londiste's: remove its nodes with londiste drop-node.",
    .options = {"force"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace pgq_tool::commands
