#include "pgq_tool/consumers/run_consumer.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/repeated_messages.h"
#include "daemon/governed_work.h"
#include "daemon/log.h"
#include "pg/error.h"
#include "pgq/consumer.h"
#include "pgq/subscription.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/loader_node.h"
#include "process/quiet_failures.h"
#include "process/watch_servers.h"

namespace pgq_tool::consumers {
namespace {

// One start after the other: each with sessions and settings of its own, until somebody stops it.
class ConsumerProcess {
 public:
  ConsumerProcess(const ConsumerKind& kind, config::Settings settings,
                  const std::function<config::Settings()>& reload, daemon_process::Signals& signals)
      : kind_(kind), settings_(std::move(settings)), reload_(reload), signals_(signals) {}

  int Run();

 private:
  void RunStart(base::Interrupt& interrupt);
  void RunLoop(pgq::Consumer& consumer, const pgq::BatchCallback& handler,
               base::Interrupt& interrupt);
  void Process(pgq::ActiveBatch& batch, Forwarder& forwarder, base::Interrupt& interrupt);
  pgq::AfterFailure OnFailure(const pg::Failure& failure, base::Duration pause);
  void Reload(base::Interrupt& interrupt);

  const ConsumerKind& kind_;
  config::Settings settings_;  // changed between two starts only
  const std::function<config::Settings()>& reload_;
  daemon_process::Signals& signals_;
  std::optional<config::Settings> newer_;  // main thread; of a reload, for the next start
  std::atomic<bool> start_again_{false};
  base::RepeatedMessages failures_;
  pg::QuietFailures quiet_;
  base::Clock::time_point connected_at_;
  bool registered_ = false;  // by an earlier session of this process
};

int ConsumerProcess::Run() {
  for (;;) {
    base::Interrupt interrupt;
    start_again_ = false;
    const daemon_process::WorkEnded ended = daemon_process::RunGoverned(
        {.run = [&] { RunStart(interrupt); },
         .reload = [&] { Reload(interrupt); },
         .stop_timeout = [&] { return settings_.seconds("stop_timeout"); }},
        signals_, interrupt);
    if (ended.stopped || !start_again_) return ended.exit_status;
    if (newer_) settings_ = *std::exchange(newer_, std::nullopt);
    process::WatchServers(settings_);
  }
}

void ConsumerProcess::RunStart(base::Interrupt& interrupt) {
  const Names names = ReadNames(settings_);
  const std::unique_ptr<Forwarder> forwarder = kind_.make(settings_, names, interrupt);
  pgq::ConsumerOptions options = ReadConsumerOptions(settings_);
  options.on_failure = [this](const pg::Failure& failure, base::Duration pause) {
    return OnFailure(failure, pause);
  };
  // One that somebody has unregistered meanwhile would go on at the newest tick, and pass over what
  // came before.
  if (registered_) options.registration = pgq::Registration::kNever;
  options.on_connect = [&](pg::Connection& source) {
    connected_at_ = base::Clock::now();
    registered_ = true;
    forwarder->Begin(source);
  };
  pgq::Consumer consumer(options, interrupt);
  RunLoop(
      consumer, [&](pgq::ActiveBatch& batch) { Process(batch, *forwarder, interrupt); }, interrupt);
}

void ConsumerProcess::RunLoop(pgq::Consumer& consumer, const pgq::BatchCallback& handler,
                              base::Interrupt& interrupt) {
  if (LoopsForEver(settings_)) return consumer.Run(handler);
  try {
    while (!interrupt.stopping() && consumer.ProcessOne(handler)) {
    }
  } catch (const base::Interrupted&) {
    // SIGTERM: the batch was rolled back, as it should be.
  }
}

void ConsumerProcess::Process(pgq::ActiveBatch& batch, Forwarder& forwarder,
                              base::Interrupt& interrupt) {
  const auto began = base::Clock::now();
  const std::int64_t events = forwarder.Process(batch);
  const std::chrono::duration<double> took = base::Clock::now() - began;
  spdlog::info("{{count: {}, duration: {:.3f}}}", events, took.count());
  failures_.Clear();
  const auto lifetime = settings_.seconds("connection_lifetime");
  if (lifetime.count() == 0 || base::Clock::now() - connected_at_ < lifetime) return;
  spdlog::debug("connections are replaced");
  start_again_ = true;
  interrupt.Stop();
}

pgq::AfterFailure ConsumerProcess::OnFailure(const pg::Failure& failure, base::Duration pause) {
  const auto level = quiet_.Add(failure, process::ReadQuietFailures(settings_))
                         ? spdlog::level::warn
                         : spdlog::level::err;
  // One that has lasted beyond its grace is told anew.
  const std::string kind = (level == spdlog::level::err ? "" : "quiet ") + failure.message;
  if (const auto repeats = failures_.Add(kind)) {
    const double seconds = std::chrono::duration<double>(pause).count();
    spdlog::log(level, "{}; retrying in {:.2g} s{}", failure.message, seconds,
                repeats->times > 1 ? " (" + std::to_string(repeats->times) + " times)" : "");
    if (!failure.hint.empty()) spdlog::log(level, "HINT:  {}", failure.hint);
    if (!failure.query.empty()) spdlog::trace("query: {}", failure.query);
  }
  return pgq::AfterFailure::kRetry;
}

void ConsumerProcess::Reload(base::Interrupt& interrupt) {
  try {
    daemon_process::ReopenLog();
    config::Settings newer = reload_();
    kind_.make(newer, ReadNames(newer), interrupt);  // refuses what only shows on use
    for (const std::string& name : settings_.ChangedNotReloadable(newer))
      spdlog::warn("setting \"{}\" was changed; it takes effect after a restart", name);
    newer_ = settings_.WithReloadable(newer);
    start_again_ = true;
    interrupt.Stop();
    spdlog::info("Config reloaded");
  } catch (const base::Error& error) {
    spdlog::error("{}; keeping the old settings", error.what());
    if (!error.hint().empty()) spdlog::error("HINT:  {}", error.hint());
  }
}

void RequirePosition(const ConsumerKind& kind, const Forwarder& forwarder) {
  if (forwarder.KeepsPosition()) return;
  throw base::UsageError(std::string(kind.command) +
                         " keeps no position of its own: --rewind and --reset do nothing here");
}

}  // namespace

int RunConsumer(const ConsumerKind& kind, config::Settings settings, const std::string& file,
                const std::function<config::Settings()>& reload, daemon_process::Signals& signals,
                daemon_process::StartReport& report) {
  if (kind.works_for_node != nullptr && kind.works_for_node(settings))
    return RunLoaderNode(std::move(settings), file, reload, signals, report);
  const Names names = ReadNames(settings);
  {
    base::Interrupt none;
    kind.make(settings, names, none);  // refuses what only shows on use
  }
  process::WatchServers(settings);
  spdlog::info("Starting {} {}: consumer {} of queue {}, file {}", kind.program, SKYTOOLS_VERSION,
               names.consumer, names.queue, file);
  report.Ready();
  const int status = ConsumerProcess(kind, std::move(settings), reload, signals).Run();
  spdlog::info("Stopped");
  return status;
}

void RunPositionTask(const ConsumerKind& kind, const config::Settings& settings, PositionTask task,
                     base::Interrupt& interrupt) {
  if (kind.works_for_node != nullptr && kind.works_for_node(settings))
    return RunNodePositionTask(settings, task, interrupt);
  const Names names = ReadNames(settings);
  const std::unique_ptr<Forwarder> forwarder = kind.make(settings, names, interrupt);
  if (task == PositionTask::kRewind || task == PositionTask::kReset)
    RequirePosition(kind, *forwarder);
  pg::Connection source(ReadConsumerOptions(settings).connect, interrupt);
  pqxx::nontransaction tx(source);
  switch (task) {
    case PositionTask::kRegister:
      spdlog::info("consumer {} {}", names.consumer,
                   pgq::RegisterConsumer(tx, names.queue, names.consumer)
                       ? "registered"
                       : "is registered already");
      return;
    case PositionTask::kUnregister:
      spdlog::info("consumer {} {}", names.consumer,
                   pgq::UnregisterConsumer(tx, names.queue, names.consumer) > 0
                       ? "unregistered"
                       : "was not registered");
      if (forwarder->KeepsPosition()) forwarder->SetPosition(std::nullopt);
      return;
    case PositionTask::kRewind: {
      const auto tick = forwarder->Position();
      if (!tick)
        throw base::Error("there is no position to go back to: no batch was ever worked on",
                          "Without one the consumer goes on where the queue has it.");
      pgq::RepositionConsumer(tx, names.queue, names.consumer, *tick);
      spdlog::info("consumer {} moved to tick {}", names.consumer, ToString(*tick));
      return;
    }
    case PositionTask::kReset: {
      const auto info = pgq::GetConsumerInfo(tx, names.queue, names.consumer);
      if (!info || !info->last_tick)
        throw base::Error("consumer \"" + names.consumer + "\" is not registered on queue \"" +
                              names.queue + "\"",
                          "Register it with --register.");
      forwarder->SetPosition(info->last_tick);
      spdlog::info("position set to tick {} of consumer {}", ToString(*info->last_tick),
                   names.consumer);
      return;
    }
  }
}

}  // namespace pgq_tool::consumers
