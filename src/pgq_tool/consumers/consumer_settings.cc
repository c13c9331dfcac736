#include "pgq_tool/consumers/consumer_settings.h"

#include <array>
#include <string_view>

#include "base/error.h"
#include "pg/quote.h"
#include "process/quiet_failures.h"
#include "process/settings.h"

namespace pgq_tool::consumers {
namespace {

using config::Setting;
using config::Type;

// Keys that files written for SkyTools may hold.
constexpr auto kWithoutEffect = std::to_array<std::string_view>({
    "keepalive_stats",
    "pgq_autocommit",
    "sql_retry",
    "sql_retry_max_count",
    "sql_retry_max_time",
    "sql_retry_formula_a",
    "sql_retry_formula_b",
    "sql_retry_formula_cap",
});

std::vector<Setting> QueueSettings() {
  return {
      {.name = "job_name",
       .help = "Name of the consumer in logs. Default: the file's name without extension.",
       .sample = "orders_to_archive"},
      {.name = "src_db",
       .type = Type::kConnstr,
       .required = true,
       .help = "Connect string of the database with the queue.",
       .sample = "dbname=shop host=127.0.0.1 user=consumer",
       .reloadable = true},
      {.name = "queue_name",
       .required = true,
       .aliases = {"pgq_queue_name"},
       .help = "The queue to read.",
       .sample = "orders"},
      {.name = "consumer_name",
       .default_value = "%(job_name)s",
       .aliases = {"pgq_consumer_id"},
       .help = "Name under which the consumer is registered on the queue; it registers itself at "
               "its first start."},
  };
}

std::vector<Setting> LoopSettings() {
  return {
      {.name = "loop_delay",
       .type = Type::kSeconds,
       .default_value = "1",
       .help = "How often an idle consumer looks for a batch by itself; pgqd's notifications wake "
               "it sooner. 0: it works on what waits, and ends.",
       .reloadable = true},
      {.name = "exception_sleep",
       .type = Type::kSeconds,
       .default_value = "20",
       .minimum = 0,
       .help = "Longest pause before a batch is tried again after an error.",
       .reloadable = true},
      {.name = "connection_lifetime",
       .type = Type::kSeconds,
       .default_value = "1200",
       .minimum = 0,
       .help = "The consumer replaces its connections after a batch when they are older than this. "
               "0: never.",
       .reloadable = true},
      {.name = "stop_timeout",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0,
       .help = "After SIGINT the current batch may run this long before it is cancelled and rolled "
               "back.",
       .reloadable = true},
      {.name = "consumer_filter",
       .help =
           "SQL condition on the columns ev_id to ev_extra4: only events that meet it are read, "
           "e.g. ev_extra1 = 'public.orders'.",
       .reloadable = true},
      {.name = "table_filter",
       .type = Type::kList,
       .help = "Only events with one of these in ev_extra1, where triggers put the table's name.",
       .reloadable = true},
      {.name = "pgq_lazy_fetch",
       .type = Type::kInt,
       .default_value = "1000",
       .minimum = 0,
       .maximum = 1000000,
       .help = "Number of events that are read at a time. 0: the default.",
       .reloadable = true},
      {.name = "pgq_batch_collect_events",
       .type = Type::kInt,
       .default_value = "0",
       .minimum = 0,
       .help =
           "Join ticks into one batch until it has this many events; 0: each tick makes a batch.",
       .reloadable = true},
      {.name = "pgq_batch_collect_interval",
       .type = Type::kInterval,
       .help = "Join ticks into one batch that spans this interval, e.g. 1 minute.",
       .reloadable = true},
      {.name = "pgq_keep_lag",
       .type = Type::kInterval,
       .help = "Stay this far behind the queue, e.g. 1 hour.",
       .reloadable = true},
  };
}

void Append(std::vector<Setting>& to, std::vector<Setting> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::string EventFilter(const config::Settings& settings) {
  std::string filter = settings.text("consumer_filter"), tables;
  if (!filter.empty()) filter = "(" + filter + ")";
  for (const std::string& table : settings.list("table_filter"))
    tables += (tables.empty() ? "" : ", ") + pg::QuoteLiteral(table);
  if (tables.empty()) return filter;
  return (filter.empty() ? "" : filter + " and ") + "ev_extra1 in (" + tables + ")";
}

std::vector<Setting> CommonSettings() {
  std::vector<Setting> all = QueueSettings();
  Append(all, process::ProcessSettings("pgq"));
  Append(all, LoopSettings());
  for (const std::string_view name : kWithoutEffect)
    all.push_back({.name = std::string(name), .help = "No effect.", .hidden = true});
  return all;
}

std::vector<Setting> AllSettings(const ConsumerKind& kind) {
  std::vector<Setting> all = kind.settings();
  std::vector<Setting> common = CommonSettings();
  const auto behind_queue = common.begin() + static_cast<long>(QueueSettings().size());
  all.insert(all.begin(), common.begin(), behind_queue);
  all.insert(all.end(), behind_queue, common.end());
  if (kind.works_for_node == nullptr) return all;
  // It does without src_db there, and the sample is that of a node.
  for (Setting& setting : all) {
    if (setting.name != "src_db") continue;
    setting.required = false;
    setting.sample.clear();
  }
  return all;
}

Names ReadNames(const config::Settings& settings) {
  return {settings.text("queue_name"), settings.text("consumer_name"), settings.text("job_name")};
}

pgq::ConsumerOptions ReadConsumerOptions(const config::Settings& settings) {
  const Names names = ReadNames(settings);
  pgq::ConsumerOptions options;
  options.connect =
      pg::ConnectOptions::Fixed(settings.text("src_db"), names.job, pg::TransactionPools::kAllow);
  options.queue = names.queue;
  options.consumer = names.consumer;
  options.poll_interval = settings.seconds("loop_delay");
  options.longest_pause = settings.seconds("exception_sleep");
  options.filter = EventFilter(settings);
  if (const long rows = settings.integer("pgq_lazy_fetch"); rows > 0)
    options.fetch_rows = static_cast<int>(rows);
  if (const long events = settings.integer("pgq_batch_collect_events"); events > 0)
    options.batch_size.min_count = static_cast<int>(events);
  if (const std::string& span = settings.text("pgq_batch_collect_interval"); !span.empty())
    options.batch_size.min_interval = span;
  if (const std::string& lag = settings.text("pgq_keep_lag"); !lag.empty())
    options.batch_size.min_lag = lag;
  return options;
}

bool LoopsForEver(const config::Settings& settings) {
  return settings.seconds("loop_delay").count() > 0;
}

std::vector<std::string> SettingsWithoutEffect(const config::Settings& settings) {
  std::vector<std::string> lines;
  for (const std::string_view name : kWithoutEffect) {
    if (settings.is_set(name))
      lines.push_back(settings.origin(name).ToString() + ": setting \"" + std::string(name) +
                      "\" has no effect");
  }
  for (std::string& line : process::UnknownQuietFailures(settings))
    lines.push_back(std::move(line));
  return lines;
}

config::Setting TargetSetting() {
  return {.name = "dst_db",
          .type = Type::kConnstr,
          .required = true,
          .help = "Connect string of the target database.",
          .sample = "dbname=archive host=127.0.0.1 user=consumer",
          .reloadable = true};
}

void Refuse(const config::Settings& settings, std::string_view name, const base::Error& error) {
  throw base::ConfigError(
      settings.origin(name).ToString() + ": setting \"" + std::string(name) + "\": " + error.what(),
      error.hint());
}

}  // namespace pgq_tool::consumers
