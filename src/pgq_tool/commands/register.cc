// register
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "pgq/queue.h"
#include "pgq/subscription.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

// Where the new consumer is to start; unset: at the newest tick.
std::optional<pgq::TickId> ReadPosition(const CommandContext& context, pqxx::transaction_base& tx) {
  const command_line::ParsedLine& options = context.options;
  if (options.Has("copy")) {
    const std::string &queue = context.arguments[0], other = options.Value("copy");
    RequireConsumer(tx, queue, other);
    const auto position = pgq::GetConsumerInfo(tx, queue, other)->last_tick;
    if (!position)
      throw base::Error(
          "consumer \"" + other + "\" of queue \"" + queue + "\" has no position of its own",
          "It is an idle subconsumer: name the consumer that it belongs to.");
    return position;
  }
  if (!options.Has("at-tick")) return std::nullopt;
  const auto tick = base::ParseWhole<std::int64_t>(options.Value("at-tick"));
  if (!tick)
    throw base::UsageError("option --at-tick: expected a number, got '" + options.Value("at-tick") +
                           "'");
  return pgq::TickId(*tick);
}

int Run(CommandContext& context) {
  if (context.options.Has("copy") && context.options.Has("at-tick"))
    throw base::UsageError("--copy and --at-tick exclude each other");
  const std::string &queue = context.arguments[0], &consumer = context.arguments[1];
  const auto connection = Connect(context);
  pqxx::work tx(*connection);
  RequireQueue(tx, queue);
  const auto position = ReadPosition(context, tx);
  const bool is_new = !pgq::GetConsumerInfo(tx, queue, consumer);
  if (position)
    pgq::RepositionConsumer(tx, queue, consumer, *position);
  else
    pgq::RegisterConsumer(tx, queue, consumer);
  const auto at = pgq::GetConsumerInfo(tx, queue, consumer);
  tx.commit();
  std::printf("consumer \"%s\" of queue \"%s\" %s tick %s\n", consumer.c_str(), queue.c_str(),
              is_new     ? "registered at"
              : position ? "moved to"
                         : "is registered already, at",
              at && at->last_tick ? ToString(*at->last_tick).c_str() : "-");
  return 0;
}

}  // namespace

const Command kRegister = {
    .name = "register",
    .arguments = "QUEUE CONSUMER",
    .summary = "register a consumer: it gets the events from the newest tick on",
    .details =
        "With --at-tick or --copy it gets those after another position; a consumer that is "
        "registered is then moved there, and a batch that it has open is forgotten. Without, "
        "it stays where it is. Ticks are kept for a rotation period.",
    .options = {"at-tick", "copy"},
    .min_arguments = 2,
    .max_arguments = 2,
    .run = Run,
};

}  // namespace pgq_tool::commands
