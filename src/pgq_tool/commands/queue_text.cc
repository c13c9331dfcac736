#include "pgq_tool/commands/queue_text.h"

#include <algorithm>
#include <cstdio>

#include "report/condition_lines.h"
#include "report/text_table.h"

namespace pgq_tool::commands {
namespace {

std::string Rate(const std::optional<double>& per_second) {
  if (!per_second) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", *per_second);
  return text;
}

template <class Value>
std::string Number(const std::optional<Value>& value) {
  return value ? std::to_string(*value) : "-";
}

std::string Tick(const std::optional<pgq::TickId>& tick) { return tick ? ToString(*tick) : "-"; }

// Of the consumers the one that is farthest behind.
std::string WorstLag(const std::vector<pgq::ConsumerInfo>& consumers) {
  std::optional<double> worst;
  for (const pgq::ConsumerInfo& consumer : consumers)
    if (consumer.lag_s) worst = std::max(worst.value_or(0), *consumer.lag_s);
  return Ago(worst);
}

std::string Ticking(const pgq::QueueInfo& info) {
  if (info.external_ticker) return "external";
  return info.ticker_paused ? "paused" : "on";
}

// What stands in the way, below the tables.
std::string Troubles(const QueueState& queue) {
  std::string out;
  if (queue.overdue && !queue.blockers.empty()) {
    out += "Queue " + queue.info.queue + ": event tables were rotated last " +
           Ago(queue.rotated_s) + " ago, are to be every " + Ago(queue.info.rotation_period_s) +
           ", and are kept from it:\n";
    for (const Blocker& blocker : queue.blockers) {
      out += "  " + blocker.message + "\n";
      if (!blocker.hint.empty()) out += "    HINT: " + blocker.hint + "\n";
    }
  }
  // The blockers above are told as conditions, too.
  std::vector<pgq::StoredCondition> others;
  for (const pgq::StoredCondition& told : queue.conditions) {
    if (queue.blockers.empty() || told.condition.kind != "rotation_blocked") others.push_back(told);
  }
  for (const std::string& line : report::ConditionLines(others))
    out += "Queue " + queue.info.queue + ": " + line + "\n";
  return out;
}

std::vector<pgq::ConsumerInfo> AllConsumers(const DatabaseState& state) {
  std::vector<pgq::ConsumerInfo> all;
  for (const QueueState& queue : state.queues)
    all.insert(all.end(), queue.consumers.begin(), queue.consumers.end());
  return all;
}

}  // namespace

std::string StatusText(const DatabaseState& state) {
  std::string out = "Database: " + state.database + "   PgQ: " +
                    (state.pgq_version.empty() ? "version not known" : state.pgq_version) +
                    "\npgqd: " + TickerText(state.ticker) + "\n\n";
  if (state.queues.empty()) return out + "There are no queues.\n";
  std::vector<std::vector<std::string>> rows;
  for (const QueueState& queue : state.queues) {
    rows.push_back({queue.info.queue, Rate(queue.info.events_per_second),
                    Number(queue.info.new_events), Tick(queue.info.last_tick),
                    Ago(queue.info.ticker_lag_s), Ticking(queue.info),
                    Ago(queue.rotated_s) + "/" + Ago(queue.info.rotation_period_s),
                    std::to_string(queue.consumers.size()), WorstLag(queue.consumers)});
  }
  out += report::TextTable("Queues",
                           {"queue_name", "events_per_second", "new_events", "last_tick",
                            "tick_age", "ticker", "rotated/period", "consumers", "worst_lag"},
                           rows);
  out += ConsumersText(AllConsumers(state));
  for (const QueueState& queue : state.queues) out += Troubles(queue);
  return out;
}

std::string ConsumersText(const std::vector<pgq::ConsumerInfo>& consumers) {
  std::vector<std::vector<std::string>> rows;
  for (const pgq::ConsumerInfo& consumer : consumers) {
    rows.push_back({consumer.queue, consumer.consumer, Ago(consumer.lag_s),
                    Ago(consumer.last_seen_s), Number(consumer.pending_events),
                    Tick(consumer.last_tick),
                    consumer.current_batch ? ToString(*consumer.current_batch) : "-"});
  }
  return report::TextTable(
      "Consumers",
      {"queue_name", "consumer_name", "lag", "last_seen", "pending_events", "last_tick", "batch"},
      rows);
}

std::string TickerStateText(const DatabaseState& state) {
  std::string out = "pgqd: " + TickerText(state.ticker) + "\n\n";
  std::vector<std::vector<std::string>> rows;
  for (const QueueState& queue : state.queues) {
    const pgq::QueueInfo& info = queue.info;
    rows.push_back({info.queue, Tick(info.last_tick), Ago(info.ticker_lag_s),
                    Number(info.new_events), Ticking(info), std::to_string(info.ticker_max_count),
                    Ago(info.ticker_max_lag_s), Ago(info.ticker_idle_period_s)});
  }
  return out + report::TextTable("Ticks",
                                 {"queue_name", "last_tick", "tick_age", "new_events", "ticker",
                                  "max_count", "max_lag", "idle_period"},
                                 rows);
}

}  // namespace pgq_tool::commands
