#include "pgq_tool/consumers/loader_node.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>

#include "base/error.h"
#include "base/interrupt.h"
#include "cascade/reposition.h"
#include "cascade/worker.h"
#include "daemon/governed_work.h"
#include "daemon/log.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/table_loader.h"
#include "process/quiet_failures.h"
#include "process/watch_servers.h"

namespace pgq_tool::consumers {
namespace {

spdlog::level::level_enum Level(cascade::Severity severity) {
  switch (severity) {
    case cascade::Severity::kDebug:
      return spdlog::level::debug;
    case cascade::Severity::kInfo:
      return spdlog::level::info;
    case cascade::Severity::kWarning:
      return spdlog::level::warn;
    case cascade::Severity::kError:
      break;
  }
  return spdlog::level::err;
}

spdlog::level::level_enum Level(pgq::ConditionSeverity severity) {
  switch (severity) {
    case pgq::ConditionSeverity::kNotice:
      return spdlog::level::info;
    case pgq::ConditionSeverity::kWarning:
      return spdlog::level::warn;
    case pgq::ConditionSeverity::kError:
      break;
  }
  return spdlog::level::err;
}

cascade::WorkerOptions ReadWorkerOptions(const config::Settings& settings) {
  const Names names = ReadNames(settings);
  const pgq::ConsumerOptions consumer = ReadConsumerOptions(settings);
  cascade::WorkerOptions options;
  options.job_name = options.application_name = names.job;
  options.queue = names.queue;
  options.consumer = names.consumer;
  options.local_connstr = settings.text("db");
  options.remote_extra_connstr = settings.text("remote_extra_connstr");
  options.loops = LoopsForEver(settings);
  if (options.loops) options.loop_delay = consumer.poll_interval;
  options.exception_sleep = consumer.longest_pause;
  options.quiet_failures = process::ReadQuietFailures(settings);
  options.connection_lifetime = settings.seconds("connection_lifetime");
  options.reading.fetch_rows = consumer.fetch_rows;
  return options;
}

// What it is told by new settings.
struct Rules {
  Rules(const config::Settings& settings, base::Interrupt& interrupt)
      : loader(settings, interrupt),
        filter(EventFilter(settings)),
        batch_size(ReadConsumerOptions(settings).batch_size) {
    for (const std::string& line : loader.rules().warnings()) spdlog::warn("{}", line);
  }
  TableLoader loader;
  std::string filter;
  pgq::BatchSize batch_size;
};

class LoaderHandler final : public cascade::BatchHandler {
 public:
  explicit LoaderHandler(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}

  // From any thread: before the next batch.
  void Reconfigure(std::unique_ptr<Rules> rules) {
    const std::lock_guard lock(mutex_);
    newer_ = std::move(rules);
  }

  pgq::BatchSize BeforeNextBatch(const cascade::NodeInfo&, pgq::TickId, pg::Connection&) override {
    const std::lock_guard lock(mutex_);
    if (newer_) rules_ = std::move(newer_);
    return rules_->batch_size;
  }
  std::string EventFilter() const override {
    return rules_->filter.empty() ? "" : "(ev_type like 'pgq.%' or " + rules_->filter + ")";
  }
  void OnBatch(const cascade::BatchContext&) override {}
  void Begin(const cascade::BatchContext& context, pqxx::transaction_base&) override {
    rules_->loader.Begin(context.batch.tick_time);
  }
  void Apply(const cascade::BatchContext&, pqxx::transaction_base& tx,
             std::span<const pgq::Event> events) override {
    for (const pgq::Event& event : events) rules_->loader.Apply(tx, event);
  }
  void Finish(const cascade::BatchContext&, pqxx::transaction_base& tx) override {
    loaded_ = rules_->loader.Finish(tx);
  }
  void Committed(const cascade::BatchContext&) override {}
  void RolledBack() override {}

  std::int64_t loaded() const { return loaded_; }  // by the last batch

 private:
  std::unique_ptr<Rules> rules_;
  std::mutex mutex_;
  std::unique_ptr<Rules> newer_;  // guarded by mutex_
  std::int64_t loaded_ = 0;
};

class LogObserver final : public cascade::WorkerObserver {
 public:
  LogObserver(daemon_process::StartReport& report, const LoaderHandler& handler, std::string queue,
              std::string file)
      : report_(report), handler_(handler), queue_(std::move(queue)), file_(std::move(file)) {}

  void Log(cascade::Severity severity, const std::string& line) override {
    spdlog::log(Level(severity), "{}", line);
  }
  void Started(const cascade::NodeInfo* node) override {
    spdlog::info("Starting queue_loader3 {}: {} {}, file {}", SKYTOOLS_VERSION,
                 node == nullptr ? "queue" : "node \"" + node->name + "\" of", queue_, file_);
    report_.Ready();
  }
  void Applied(const cascade::BatchContext&, const cascade::BatchStats& stats) override {
    if (stats.events == 0) return;
    spdlog::info("{{count: {}, duration: {:.3f}}}", handler_.loaded(),
                 static_cast<double>(stats.duration.count()) / 1000);
  }
  void ConditionChanged(const pgq::ConditionChange& change) override {
    const pgq::Condition& condition = change.condition;
    if (change.what == pgq::ConditionChange::What::kEnded)
      return spdlog::info("condition ended: {}", condition.message);
    const auto level = Level(condition.severity);
    spdlog::log(level, "{}", condition.message);
    if (!condition.hint.empty()) spdlog::log(level, "HINT:  {}", condition.hint);
  }

 private:
  daemon_process::StartReport& report_;
  const LoaderHandler& handler_;
  const std::string queue_, file_;
};

}  // namespace

int RunLoaderNode(config::Settings settings, const std::string& file,
                  const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
                  daemon_process::StartReport& report) {
  process::WatchServers(settings);
  base::Interrupt interrupt;
  const cascade::WorkerOptions options = ReadWorkerOptions(settings);
  pgq::Conditions conditions(options.queue);
  LoaderHandler handler(std::make_unique<Rules>(settings, interrupt));
  LogObserver observer(report, handler, options.queue, file);
  cascade::Worker worker(options, handler, observer, conditions, interrupt);
  const auto read_again = [&] {
    try {
      daemon_process::ReopenLog();
      config::Settings newer = reload();
      handler.Reconfigure(std::make_unique<Rules>(newer, interrupt));
      for (const std::string& name : settings.ChangedNotReloadable(newer))
        spdlog::warn("setting \"{}\" was changed; it takes effect after a restart", name);
      settings = settings.WithReloadable(newer);
      process::WatchServers(settings);
      worker.Reconfigure(ReadWorkerOptions(settings));
      spdlog::info("Config reloaded");
    } catch (const base::Error& error) {
      spdlog::error("{}; keeping the old settings", error.what());
      if (!error.hint().empty()) spdlog::error("HINT:  {}", error.hint());
    }
  };
  const int status = daemon_process::RunGoverned(
                         {.run = [&] { worker.Run(); },
                          .reload = read_again,
                          .stop_timeout = [&] { return settings.seconds("stop_timeout"); }},
                         signals, interrupt)
                         .exit_status;
  spdlog::info("Stopped");
  return status;
}

void RunNodePositionTask(const config::Settings& settings, PositionTask task,
                         base::Interrupt& interrupt) {
  const cascade::WorkerOptions options = ReadWorkerOptions(settings);
  switch (task) {
    case PositionTask::kRegister:
    case PositionTask::kUnregister:
      throw base::UsageError("a node's worker is registered with its node",
                             "\"londiste create-leaf\" makes a node, \"drop-node\" removes it.");
    case PositionTask::kRewind:
      spdlog::info("consumer {} at the provider moved to tick {}", options.consumer,
                   cascade::RewindProvider(options, interrupt).value());
      return;
    case PositionTask::kReset:
      spdlog::info("node moved to tick {} of its provider",
                   cascade::ResetNode(options, interrupt).value());
      return;
  }
}

}  // namespace pgq_tool::consumers
