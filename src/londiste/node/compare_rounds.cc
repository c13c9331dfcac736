#include "londiste/node/compare_rounds.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "daemon/governed_work.h"
#include "daemon/log.h"
#include "londiste/node/compare_request.h"
#include "londiste/node/round_log.h"
#include "londiste/output/duration.h"
#include "pg/error.h"
#include "process/watch_servers.h"

namespace londiste::node {
namespace {

compare::Throttle ThrottleOf(const config::Settings& settings, int sessions) {
  return {static_cast<double>(settings.integer("compare_share")) / 100, 2 * sessions};
}

// The longest time after a failure.
base::Duration LongestPause(const config::Settings& settings) {
  return settings.seconds("exception_sleep");
}

}  // namespace

CompareRounds::CompareRounds(const CommandContext& context, CompareOptions options)
    : context_(context),
      options_(std::move(options)),
      settings_(std::make_shared<const config::Settings>(context.settings)),
      pause_(base::PauseAfterFailure(LongestPause(context.settings))) {}

int CompareRounds::Run() {
  const daemon_process::GovernedWork work{
      .run = [this] { Loop(); }, .reload = [this] { Reload(); }, .stop_timeout = {}};
  context_.report.Ready();
  const int status = RunGoverned(work, context_.signals, interrupt_).exit_status;
  spdlog::info("Stopped");
  return status;
}

CompareRounds::Settings CompareRounds::CurrentSettings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void CompareRounds::Reload() {
  try {
    daemon_process::ReopenLog();
    const config::Settings newer = context_.reload();
    const Settings before = CurrentSettings();
    for (const std::string& name : before->ChangedNotReloadable(newer))
      spdlog::warn("setting \"{}\" was changed; it takes effect after a restart", name);
    auto merged = std::make_shared<const config::Settings>(before->WithReloadable(newer));
    process::WatchServers(*merged);
    {
      const std::lock_guard lock(mutex_);
      settings_ = std::move(merged);
    }
    interrupt_.Wake();
    spdlog::info("Config reloaded");
  } catch (const base::Error& error) {
    spdlog::error("{}; keeping the old settings", error.what());
    if (!error.hint().empty()) spdlog::error("HINT:  {}", error.hint());
  }
}

void CompareRounds::Loop() {
  try {
    while (!interrupt_.stopping()) {
      try {
        const auto debt = Round(*CurrentSettings());
        pause_.Reset();
        failures_.Clear();
        AwaitNextRound(debt);
      } catch (const base::Interrupted&) {
        throw;
      } catch (...) {
        interrupt_.ThrowIfCancelled();  // a statement that was cancelled
        Failed();
      }
    }
  } catch (const base::Interrupted&) {
    // That is how it ends.
  }
}

// Inside a catch block.
void CompareRounds::Failed() {
  const pg::Failure failure = pg::DescribeCurrentFailure();
  const base::Duration pause = pause_.Next(LongestPause(*CurrentSettings()));
  if (const auto repeats = failures_.Add(failure.message)) {
    spdlog::error("{}{}; next attempt in {:.1f} s", failure.message,
                  repeats->times > 1 ? fmt::format(" ({} times)", repeats->times) : "",
                  std::chrono::duration<double>(pause).count());
    if (!failure.hint.empty()) spdlog::error("HINT:  {}", failure.hint);
  }
  interrupt_.Sleep(base::Deadline::After(pause));
}

// A reload may change how long.
void CompareRounds::AwaitNextRound(base::Clock::duration debt) {
  const auto ended = base::Clock::now();
  const auto left = [&] {
    const base::Clock::duration pause = CurrentSettings()->seconds("compare_pause");
    return ended + std::max(pause, debt) - base::Clock::now();
  };
  while (!interrupt_.stopping() && left().count() > 0)
    interrupt_.Sleep(base::Deadline::After(left()));
}

base::Clock::duration CompareRounds::Round(const config::Settings& settings) {
  const CommandContext context{settings,   context_.options, context_.arguments, context_.command,
                               interrupt_, context_.signals, context_.report,    context_.reload};
  NodeSession session(context);
  std::vector<tables::Table> tables = TablesToCompare(context, session);
  PutInOrder(session, tables);
  CompareOptions options = options_;
  compare::Throttle throttle = ThrottleOf(settings, options.sessions);
  options.throttle = &throttle;
  options.may_lock = false;
  RoundLog log(told_);
  const auto began = base::Clock::now();
  try {
    CompareNodes(context, session, tables, options, log);
  } catch (...) {
    if (!log.table().empty()) failed_.insert(log.table());
    throw;
  }
  failed_.clear();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(base::Clock::now() - began);
  spdlog::info("round ended: {} in {}", log.Summary(), output::ShortDuration(seconds));
  return throttle.TakeDebt();
}

// Those that were compared longest ago come first, so that each has its turn however often a round
// ends early; what may be the cause of that comes last.
void CompareRounds::PutInOrder(NodeSession& session, std::vector<tables::Table>& tables) {
  std::map<std::string, std::size_t> places;
  {
    pqxx::work tx(session.local());
    if (!compare::KeepsResults(tx))
      throw base::Error(
          "the londiste schema of this database keeps no results, or this role may "
          "not write them",
          "Update the schema, or grant londiste_writer to the role.");
    for (const compare::StoredResult& result : compare::ReadResults(tx, session.queue()))
      if (result.equal && !*result.equal) told_.try_emplace(result.table, "as stored");
    for (std::string& table : compare::LeastRecentlyCompared(tx, session.queue()))
      places.emplace(std::move(table), places.size() + 1);
  }
  std::ranges::stable_sort(tables, {}, [&](const tables::Table& table) {
    const auto place = places.find(table.name);
    return std::pair(failed_.contains(table.name), place == places.end() ? 0 : place->second);
  });
}

}  // namespace londiste::node
