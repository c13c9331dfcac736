#include "londiste/worker/worker_settings.h"

#include <algorithm>

#include "londiste/worker/wake_channel.h"
#include "process/quiet_failures.h"

namespace londiste::worker {
namespace {

constexpr base::Duration kShortestDelay(10);

apply::MissingRow ParseMissingRow(const std::string& text) {
  if (text == "error") return apply::MissingRow::kError;
  if (text == "ignore") return apply::MissingRow::kIgnore;
  return apply::MissingRow::kWarn;
}

std::optional<std::string> UnlessEmpty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// So many sixteenths of work_memory: 2 for events read ahead, 3 each for events collected and
// events being written; what is made of the latter takes about as much again.
std::size_t Share(const config::Settings& settings, std::size_t sixteenths) {
  return static_cast<std::size_t>(settings.integer("work_memory")) / 16 * sixteenths;
}

cascade::WorkerOptions ReadCascade(const config::Settings& settings) {
  cascade::WorkerOptions options;
  options.job_name = settings.text("job_name");
  options.queue = settings.text("queue_name");
  options.consumer = settings.text("consumer_name");
  options.local_connstr = settings.text("db");
  options.remote_extra_connstr = settings.text("remote_extra_connstr");
  options.application_name = options.job_name;
  options.wake_channel = WakeChannel(options.queue);
  options.loops = settings.seconds("loop_delay").count() > 0;
  if (options.loops) options.loop_delay = std::max(settings.seconds("loop_delay"), kShortestDelay);
  options.exception_sleep = settings.seconds("exception_sleep");
  options.quiet_failures = process::ReadQuietFailures(settings);
  options.connection_lifetime = settings.seconds("connection_lifetime");
  options.local_wm_publish_period = settings.seconds("local_wm_publish_period");
  options.global_wm_publish_period = settings.seconds("global_wm_publish_period");
  // SkyTools' 0 means "the whole batch at once", which no memory limit would survive.
  if (const long rows = settings.integer("pgq_lazy_fetch"); rows > 0)
    options.reading.fetch_rows = static_cast<int>(rows);
  options.reading.ahead_bytes = Share(settings, 2);
  return options;
}

ReplicationOptions ReadReplication(const config::Settings& settings) {
  ReplicationOptions options;
  options.queue = settings.text("queue_name");
  options.apply.queue = options.queue;
  options.apply.missing_row = ParseMissingRow(settings.text("missing_row"));
  options.apply.event_encoding = settings.text("event_encoding");
  options.apply.truncate_cascade = settings.boolean("truncate_cascade");
  options.apply.buffer_bytes = Share(settings, 3);
  if (const long events = settings.integer("pgq_batch_collect_events"); events > 0)
    options.batch_size.min_count = static_cast<int>(events);
  if (const long events = settings.integer("batch_join_events"); events > 0)
    options.batch_size.join_count = static_cast<int>(events);
  options.batch_size.min_interval = UnlessEmpty(settings.text("pgq_batch_collect_interval"));
  options.batch_size.min_lag = UnlessEmpty(settings.text("pgq_keep_lag"));
  options.local_only = settings.boolean("local_only");
  options.local_only_drop_execute = settings.boolean("local_only_drop_execute");
  options.tables = {settings.list("register_only_tables"), settings.list("register_skip_tables")};
  options.sequences = {settings.list("register_only_seqs"), settings.list("register_skip_seqs")};
  options.structure_check_period = settings.seconds("structure_check_period");
  options.keepalive_stats = settings.seconds("keepalive_stats");
  return options;
}

sync::SyncOptions ReadSync(const config::Settings& settings, const WorkerSettings& others) {
  sync::SyncOptions options;
  options.worker = {.queue = others.cascade.queue,
                    .consumer = others.cascade.consumer,
                    .local_connstr = others.cascade.local_connstr,
                    .application_name = others.cascade.application_name,
                    .pidfile = settings.text("pidfile")};
  copy_thread::CopySettings& copies = options.settings;
  copies.remote_extra_connstr = others.cascade.remote_extra_connstr;
  copies.parallel_copies = static_cast<int>(settings.integer("parallel_copies"));
  copies.ranges.patterns = settings.list("threaded_copy_tables");
  copies.ranges.sessions = static_cast<int>(settings.integer("threaded_copy_pool_size"));
  copies.ranges.min_bytes = settings.integer("threaded_copy_min_size");
  copies.ranges.index_memory = settings.integer("copy_index_memory");
  copies.reading = others.cascade.reading;
  copies.exception_sleep = others.cascade.exception_sleep;
  copies.apply = others.replication.apply;
  copies.handlers = handlers::HandlerSettings::Read(settings);
  return options;
}

}  // namespace

WorkerSettings ReadWorkerSettings(const config::Settings& settings) {
  WorkerSettings all;
  all.cascade = ReadCascade(settings);
  all.replication = ReadReplication(settings);
  all.sync = ReadSync(settings, all);
  all.stop_timeout = settings.seconds("stop_timeout");
  return all;
}

}  // namespace londiste::worker
