// events
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "pg/sqlstate.h"
#include "pgq/event.h"
#include "pgq/subscription.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/event_text.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Limit(const CommandContext& context) {
  if (!context.options.Has("limit")) return 10;
  const auto limit = base::ParseWhole<int>(context.options.Value("limit"));
  if (!limit || *limit < 1 || *limit > 1'000'000)
    throw base::UsageError("option --limit: expected a number from 1 to 1000000, got '" +
                           context.options.Value("limit") + "'");
  return *limit;
}

// Batch after batch as the consumer would get them, in a transaction that is rolled back: nothing
// moves. Until it ends the consumer waits when it asks for a batch or ends one.
std::vector<PendingEvent> Peek(pg::Connection& connection, const std::string& queue,
                               const std::string& consumer, int limit) {
  std::vector<PendingEvent> events;
  pqxx::work tx(connection);
  RequireConsumer(tx, queue, consumer);
  tx.exec0("set local lock_timeout to '5s'");
  while (static_cast<int>(events.size()) < limit) {
    const pqxx::row batch = tx.exec_params1("select pgq.next_batch($1, $2)", queue, consumer);
    if (batch[0].is_null()) break;
    const auto id = batch[0].as<std::int64_t>();
    for (const pqxx::row& row :
         tx.exec_params("select * from pgq.get_batch_cursor($1, 'pgq_tool_events', $2)", id,
                        limit - static_cast<int>(events.size())))
      events.push_back(ReadPendingEvent(row));
    tx.exec0("close pgq_tool_events");
    tx.exec_params("select pgq.finish_batch($1)", id);
  }
  tx.abort();
  return events;
}

int Run(CommandContext& context) {
  const int limit = Limit(context);
  const auto connection = Connect(context);
  const std::vector<PendingEvent> events =
      Peek(*connection, context.arguments[0], context.arguments[1], limit);
  std::fputs((context.options.Has("json") ? EventsJson(events) : EventsText(events)).c_str(),
             stdout);
  return 0;
}

}  // namespace

const Command kEvents = {
    .name = "events",
    .arguments = "QUEUE CONSUMER",
    .summary = "show the next events that a consumer will get, and leave it where it is",
    .details =
        "Those of a batch that it works on come first. Events after the newest tick are not "
        "shown. A consumer that asks for a batch meanwhile waits for the moment this takes.",
    .options = {"limit", "json"},
    .min_arguments = 2,
    .max_arguments = 2,
    .run = Run,
};

}  // namespace pgq_tool::commands
