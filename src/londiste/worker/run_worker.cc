#include "londiste/worker/run_worker.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "cascade/reposition.h"
#include "cascade/worker.h"
#include "daemon/governed_work.h"
#include "daemon/log.h"
#include "londiste/worker/worker_settings.h"
#include "process/watch_servers.h"

namespace londiste::worker {
namespace {

class LogObserver final : public cascade::WorkerObserver {
 public:
  LogObserver(daemon_process::StartReport& report, ReplicationHandler& handler, std::string queue,
              std::string file)
      : report_(report), handler_(handler), queue_(std::move(queue)), file_(std::move(file)) {}

  void Log(cascade::Severity severity, const std::string& line) override {
    spdlog::log(Level(severity), "{}", line);
  }
  void Started(const cascade::NodeInfo* node) override {
    const std::string who =
        node == nullptr ? "queue"
                        : "node \"" + node->name + "\" (" + cascade::ToString(node->type) + ") of";
    spdlog::info("Starting londiste {}: {} {}, file {}", SKYTOOLS_VERSION, who, queue_, file_);
    report_.Ready();
  }
  void ConditionChanged(const pgq::ConditionChange& change) override {
    using What = pgq::ConditionChange::What;
    const pgq::Condition& condition = change.condition;
    if (change.what == What::kEnded) return spdlog::info("condition ended: {}", condition.message);
    const auto level = Level(condition.severity);
    spdlog::log(level, "{}", condition.message);
    if (!condition.hint.empty()) spdlog::log(level, "HINT:  {}", condition.hint);
  }
  void Applied(const cascade::BatchContext& context, const cascade::BatchStats& stats) override {
    spdlog::debug("batch {}..{} applied, {} events in {} ms", context.batch.prev_tick.value(),
                  context.batch.tick.value(), stats.events, stats.duration.count());
    const auto line = handler_.statistics().AddBatch(stats.events, handler_.ignored_events(),
                                                     stats.duration, base::Clock::now());
    if (line) spdlog::info("{}", *line);
  }

 private:
  static spdlog::level::level_enum Level(pgq::ConditionSeverity severity) {
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
  static spdlog::level::level_enum Level(cascade::Severity severity) {
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
  daemon_process::StartReport& report_;
  ReplicationHandler& handler_;
  const std::string queue_, file_;
};

// The worker, and what reconfigures it.
class WorkerProcess {
 public:
  WorkerProcess(config::Settings settings, const std::string& file,
                const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
                daemon_process::StartReport& report)
      : settings_(std::move(settings)),
        reload_(reload),
        signals_(signals),
        options_(ReadWorkerSettings(settings_)),
        conditions_(options_.cascade.queue),
        table_sync_(options_.sync, conditions_, interrupt_),
        handler_(options_.replication, table_sync_, conditions_),
        observer_(report, handler_, options_.cascade.queue, file),
        worker_(options_.cascade, handler_, observer_, conditions_, interrupt_) {}

  int Run();

 private:
  void Reload();

  config::Settings settings_;
  const std::function<config::Settings()>& reload_;
  daemon_process::Signals& signals_;
  WorkerSettings options_;
  base::Interrupt interrupt_;
  pgq::Conditions conditions_;
  sync::TableSync table_sync_;
  ReplicationHandler handler_;
  LogObserver observer_;
  cascade::Worker worker_;
};

int WorkerProcess::Run() {
  const daemon_process::GovernedWork work{.run =
                                              [this] {
                                                worker_.Run();
                                                table_sync_.StopCopies();
                                              },
                                          .reload = [this] { Reload(); },
                                          .stop_timeout = [this] { return options_.stop_timeout; }};
  return RunGoverned(work, signals_, interrupt_).exit_status;
}

void WorkerProcess::Reload() {
  try {
    daemon_process::ReopenLog();
    config::Settings newer = reload_();
    for (const std::string& name : settings_.ChangedNotReloadable(newer))
      spdlog::warn("setting \"{}\" was changed; it takes effect after a restart", name);
    WorkerSettings options = ReadWorkerSettings(newer);
    settings_ = std::move(newer);
    options_.stop_timeout = options.stop_timeout;
    process::WatchServers(settings_);
    handler_.Reconfigure(options.replication);
    table_sync_.Reconfigure(options.sync.settings);
    worker_.Reconfigure(options.cascade);
    spdlog::info("Config reloaded");
  } catch (const base::Error& error) {
    spdlog::error("{}; keeping the old settings", error.what());
    if (!error.hint().empty()) spdlog::error("HINT:  {}", error.hint());
  }
}

int Reposition(const config::Settings& settings, RunOptions::Position position) {
  const cascade::WorkerOptions options = ReadWorkerSettings(settings).cascade;
  base::Interrupt interrupt;
  if (position == RunOptions::Position::kRewind)
    spdlog::info("consumer {} at the provider moved to tick {}", options.consumer,
                 cascade::RewindProvider(options, interrupt).value());
  else
    spdlog::info("node moved to tick {} of its provider",
                 cascade::ResetNode(options, interrupt).value());
  return 0;
}

}  // namespace

int RunWorker(config::Settings settings, const RunOptions& options,
              const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
              daemon_process::StartReport& report) {
  if (options.position != RunOptions::Position::kKeep) {
    const int status = Reposition(settings, options.position);
    report.Ready();
    return status;
  }
  const int status =
      WorkerProcess(std::move(settings), options.file, reload, signals, report).Run();
  spdlog::info("Stopped");
  return status;
}

}  // namespace londiste::worker
