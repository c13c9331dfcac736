// tick
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "base/poll_until.h"
#include "base/text.h"
#include "pg/may_call.h"
#include "pgq/queue.h"
#include "pgq_tool/commands/command.h"
#include "pgq_tool/commands/queue_state.h"
#include "pgq_tool/commands/session.h"

namespace pgq_tool::commands {
namespace {

int Seconds(const CommandContext& context) {
  if (!context.options.Has("wait")) return 30;
  const auto seconds = base::ParseWhole<int>(context.options.Value("wait"));
  if (!seconds || *seconds < 0 || *seconds > 86400)
    throw base::UsageError("option --wait: expected a number of seconds up to 86400, got '" +
                           context.options.Value("wait") + "'");
  return *seconds;
}

// Refuses a queue that gets no ticks here. The tick that it has.
std::optional<pgq::TickId> Check(pqxx::transaction_base& tx, const std::string& queue) {
  RequireQueue(tx, queue);
  const pgq::QueueInfo info = *pgq::GetQueueInfo(tx, queue);
  if (info.external_ticker)
    throw base::Error("the ticks of queue \"" + queue + "\" come from another node",
                      "Make the tick on the node that is its root.");
  if (info.ticker_paused)
    throw base::Error("the ticker is paused for queue \"" + queue + "\"",
                      "\"pgq set " + queue + " ticker_paused=false\" lets it go on.");
  return info.last_tick;
}

// Makes the tick itself where the role may, and the server's function is one of those that wait
// for each other: SkyTools' must not be called by two at a time.
bool TickHere(pg::Connection& connection, const std::string& queue) {
  pqxx::work tx(connection);
  if (!pg::MayCall(tx, "pgq._try_lock_ticker(text)") || !pg::MayCall(tx, "pgq.ticker(text)"))
    return false;
  tx.exec_params("select pgq.ticker($1)", queue);
  tx.commit();
  return true;
}

int Run(CommandContext& context) {
  const std::string& queue = context.arguments[0];
  const int seconds = Seconds(context);
  const auto connection = Connect(context);
  std::optional<pgq::TickId> before, now;
  {
    pqxx::work tx(*connection);
    before = Check(tx, queue);
    tx.exec_params("select pgq.force_tick($1)", queue);
    tx.commit();
  }
  TickHere(*connection, queue);
  const auto ticked = [&] {
    pqxx::nontransaction tx(*connection);
    now = Check(tx, queue);
    return now && (!before || *before < *now);
  };
  if (!base::PollUntil(context.interrupt, ticked,
                       base::Deadline::After(std::chrono::seconds(seconds)))) {
    pqxx::nontransaction tx(*connection);
    throw base::Error(
        "queue \"" + queue + "\" got no tick within " + std::to_string(seconds) + " s",
        FindTicker(tx) ? "pgqd is running: its log tells more."
                       : "Is pgqd running? \"pgq ticker\" tells.");
  }
  std::printf("%s\n", ToString(*now).c_str());
  return 0;
}

}  // namespace

const Command kTick = {
    .name = "tick",
    .arguments = "QUEUE",
    .summary = "force a tick, so that consumers get what was inserted, and print its id",
    .details =
        "Members of pgq_admin make it themselves; for others pgqd makes it, which must run "
        "then. Moves the event ids of the queue on by twice ticker_max_count and 1000.",
    .options = {"wait"},
    .min_arguments = 1,
    .max_arguments = 1,
    .run = Run,
};

}  // namespace pgq_tool::commands
