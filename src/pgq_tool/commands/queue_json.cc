// JSON of queue_text.h, in a file of its own as it compiles slowly.
#include "pgq_tool/commands/queue_text.h"
#include "report/json.h"

namespace pgq_tool::commands {
namespace {

using report::Json;
using report::JsonText;
using report::ListOf;
using report::OrNull;
using report::TextOrNull;
using report::TimeOrNull;

template <class Id>
Json IdOrNull(const std::optional<Id>& id) {
  return id ? Json(id->value()) : Json(nullptr);
}

Json TickerJson(const std::optional<TickerProcess>& ticker) {
  if (!ticker) return nullptr;
  return {{"pid", ticker->pid},
          {"user", TextOrNull(ticker->user)},
          {"application_name", TextOrNull(ticker->application)},
          {"host", TextOrNull(ticker->client)},
          {"since", TimeOrNull(ticker->since)}};
}

Json ConsumerJson(const pgq::ConsumerInfo& consumer) {
  return {{"queue_name", consumer.queue},
          {"consumer_name", consumer.consumer},
          {"lag_seconds", OrNull(consumer.lag_s)},
          {"last_seen_seconds", OrNull(consumer.last_seen_s)},
          {"last_tick", IdOrNull(consumer.last_tick)},
          {"current_batch", IdOrNull(consumer.current_batch)},
          {"next_tick", IdOrNull(consumer.next_tick)},
          {"pending_events", OrNull(consumer.pending_events)}};
}

Json TicksJson(const pgq::QueueInfo& info) {
  return {{"queue_name", info.queue},
          {"last_tick_id", IdOrNull(info.last_tick)},
          {"ticker_lag_seconds", OrNull(info.ticker_lag_s)},
          {"ev_new", OrNull(info.new_events)},
          {"external_ticker", info.external_ticker},
          {"ticker_paused", info.ticker_paused},
          {"ticker_max_count", info.ticker_max_count},
          {"ticker_max_lag_seconds", info.ticker_max_lag_s},
          {"ticker_idle_period_seconds", info.ticker_idle_period_s}};
}

Json BlockerJson(const Blocker& blocker) {
  return {{"subject", blocker.subject},
          {"message", blocker.message},
          {"hint", TextOrNull(blocker.hint)}};
}

Json QueueJson(const QueueState& queue) {
  Json json = TicksJson(queue.info);
  json["ev_per_sec"] = OrNull(queue.info.events_per_second);
  json["tables"] = queue.info.tables;
  json["current_table"] = queue.info.current_table;
  json["rotation_period_seconds"] = queue.info.rotation_period_s;
  json["rotated_seconds"] = queue.rotated_s;
  json["rotation_overdue"] = queue.overdue;
  json["rotation_blockers"] = ListOf(queue.blockers, BlockerJson);
  json["consumers"] = ListOf(queue.consumers, ConsumerJson);
  json["conditions"] = ListOf(queue.conditions, report::ConditionJson);
  return json;
}

}  // namespace

std::string StatusJson(const DatabaseState& state) {
  return JsonText({{"database", state.database},
                   {"pgq_version", TextOrNull(state.pgq_version)},
                   {"pgqd", TickerJson(state.ticker)},
                   {"queues", ListOf(state.queues, QueueJson)}});
}

std::string ConsumersJson(const std::vector<pgq::ConsumerInfo>& consumers) {
  return JsonText({{"consumers", ListOf(consumers, ConsumerJson)}});
}

std::string TickerStateJson(const DatabaseState& state) {
  return JsonText({{"pgqd", TickerJson(state.ticker)},
                   {"queues", ListOf(state.queues, [](const QueueState& queue) {
                      return TicksJson(queue.info);
                    })}});
}

}  // namespace pgq_tool::commands
