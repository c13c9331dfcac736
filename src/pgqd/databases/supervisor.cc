#include "pgqd/databases/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/error.h"
#include "daemon/daemonize.h"
#include "daemon/log.h"
#include "pgqd/failures/log_text.h"

namespace pgqd {
namespace {

using base::Deadline;
using base::Duration;

// How long running statements may go on after SIGINT.
constexpr Duration kPatience{5000};
// After a thread could not be started.
constexpr Duration kStartAgain{10'000};
// A cancel request can reach a server between two statements and be lost there.
constexpr int kCancelAgainMs = 100;

// Descriptors that are kept free while threads are started, so that those which run already can
// still connect when the next one cannot be had.
class SpareDescriptors {
 public:
  SpareDescriptors() {
    for (int& fd : fds_) {
      fd = eventfd(0, EFD_CLOEXEC);
      if (fd < 0) {
        const int error = errno;
        Close();
        throw base::Error(std::string("could not reserve file descriptors: ") + strerror(error));
      }
    }
  }
  ~SpareDescriptors() { Close(); }
  SpareDescriptors(const SpareDescriptors&) = delete;
  SpareDescriptors& operator=(const SpareDescriptors&) = delete;

 private:
  void Close() {
    for (int& fd : fds_)
      if (fd >= 0) close(std::exchange(fd, -1));
  }
  std::array<int, 16> fds_ = [] {
    std::array<int, 16> none{};
    none.fill(-1);
    return none;
  }();
};

std::string MonotonicMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(now.tv_sec * 1'000'000L + now.tv_nsec / 1000);
}

}  // namespace

Supervisor::Supervisor(config::Settings settings, std::function<config::Settings()> reload,
                       daemon_process::Signals& signals)
    : settings_(std::move(settings)),
      reload_(std::move(reload)),
      signals_(signals),
      shared_(ReadOptions(settings_)),
      detector_(shared_.options, [this](std::set<std::string> found) {
        {
          const std::lock_guard lock(mutex_);
          found_ = std::move(found);
        }
        wake_.Wake();
      }) {}

void Supervisor::Run(const std::function<void()>& ready) {
  WatchServers(shared_.options.Get()->server_alive_timeout);
  const auto options = shared_.options.Get();
  automatic_ = options->database_list.empty();
  if (automatic_) {
    spdlog::info("auto-detecting dbs ...");
  } else {
    SetDatabases({options->database_list.begin(), options->database_list.end()});
  }
  next_statistics_ = Deadline::After(options->stats_period);
  ready();
  while (!stopping_ || !AllEnded()) WaitForEvent();
}

void Supervisor::WaitForEvent() {
  std::array<pollfd, 2> waits = {{{signals_.fd(), POLLIN, 0}, {wake_.wake_fd(), POLLIN, 0}}};
  int timeout = next_statistics_.PollTimeout();
  const int start_timeout = start_again_.PollTimeout();
  if (start_timeout >= 0) timeout = timeout < 0 ? start_timeout : std::min(timeout, start_timeout);
  if (!leaving_.empty()) timeout = timeout < 0 ? kCancelAgainMs : std::min(timeout, kCancelAgainMs);
  if (stopping_) timeout = cancelling_ ? kCancelAgainMs / 10 : 10;
  poll(waits.data(), waits.size(), timeout);
  while (const auto signal = signals_.Wait(Deadline::After(Duration(0)))) OnSignal(*signal);
  if (stopping_) return PressOn();
  wake_.ClearWake();
  TakeFoundDatabases();
  if (start_again_.Passed()) StartTickers();
  Reap();
  if (next_statistics_.Passed()) LogStatistics();
}

void Supervisor::OnSignal(int signal) {
  switch (signal) {
    case SIGINT:
      spdlog::info("Got SIGINT, shutting down");
      return OnStopSignal(false);
    case SIGTERM:
      spdlog::info("Got SIGTERM, fast exit");
      return OnStopSignal(true);
    case SIGHUP:
      if (!stopping_) Reload();
      return;
    default:
      return;
  }
}

void Supervisor::OnStopSignal(bool at_once) {
  if (!stopping_) {
    daemon_process::NotifySystemd("STOPPING=1");
    stopping_ = true;
    cancel_at_ = Deadline::After(kPatience);
    detector_.Stop();
    for (auto& [database, thread] : databases_) thread->Stop();
  }
  if (at_once) cancel_at_ = Deadline::After(Duration(0));
}

void Supervisor::PressOn() {
  if (!cancel_at_.Passed()) return;
  if (!std::exchange(cancelling_, true)) spdlog::debug("cancelling what still runs");
  cancel_at_ = Deadline::After(Duration(kCancelAgainMs));
  if (!detector_.ended()) detector_.Cancel();
  for (auto& [database, thread] : databases_)
    if (!thread->ended()) thread->Cancel();
  for (auto& thread : leaving_)
    if (!thread->ended()) thread->Cancel();
}

bool Supervisor::AllEnded() const {
  return detector_.ended() &&
         std::all_of(databases_.begin(), databases_.end(),
                     [](const auto& entry) { return entry.second->ended(); }) &&
         std::all_of(leaving_.begin(), leaving_.end(),
                     [](const auto& thread) { return thread->ended(); });
}

void Supervisor::Reload() {
  spdlog::info("Got SIGHUP, re-reading config");
  daemon_process::NotifySystemd("RELOADING=1\nMONOTONIC_USEC=" + MonotonicMicroseconds());
  try {
    daemon_process::ReopenLog();
    config::Settings newer = reload_();
    Options options = ReadOptions(newer);
    for (const std::string& name : settings_.ChangedNotReloadable(newer))
      spdlog::warn("setting \"{}\" was changed; it takes effect after a restart", name);
    settings_ = std::move(newer);
    WatchServers(options.server_alive_timeout);
    const bool was_automatic = std::exchange(automatic_, options.database_list.empty());
    if (automatic_ && !was_automatic) spdlog::info("auto-detecting dbs ...");
    const std::set<std::string> listed(options.database_list.begin(), options.database_list.end());
    next_statistics_ = Deadline::After(options.stats_period);
    shared_.options.Set(std::move(options));
    if (!automatic_) SetDatabases(listed);
    detector_.Wake();
    shared_.wal_watch.Wake();
    for (auto& [database, thread] : databases_) thread->Wake();
  } catch (const base::Error& error) {
    spdlog::error("{}; keeping the old settings", error.what());
    if (!error.hint().empty()) spdlog::error("HINT:  {}", error.hint());
  }
  daemon_process::NotifySystemd("READY=1");
}

void Supervisor::TakeFoundDatabases() {
  std::optional<std::set<std::string>> found;
  {
    const std::lock_guard lock(mutex_);
    found.swap(found_);
  }
  if (found && automatic_) SetDatabases(*found);
}

void Supervisor::SetDatabases(const std::set<std::string>& wanted) {
  for (auto at = databases_.begin(); at != databases_.end();) {
    if (wanted.contains(at->first)) {
      ++at;
      continue;
    }
    spdlog::info("Unregister database: {}", DatabaseText(at->first));
    at->second->Cancel();
    leaving_.push_back(std::move(at->second));
    at = databases_.erase(at);
  }
  wanted_ = wanted;
  StartTickers();
}

// A database whose thread cannot be had now, for lack of threads or descriptors, is tried again;
// the others go on.
void Supervisor::StartTickers() {
  start_again_ = Deadline::Never();
  std::optional<SpareDescriptors> spare;
  for (const std::string& database : wanted_) {
    if (databases_.contains(database)) continue;
    spdlog::debug("Register database: {}", DatabaseText(database));
    try {
      if (!spare) spare.emplace();
      databases_.emplace(database, std::make_unique<DatabaseThread>(shared_, database,
                                                                    [this] { detector_.Wake(); }));
    } catch (const std::exception& error) {
      pg::Failure failure;
      failure.message = std::string("could not start a thread: ") + error.what();
      failure.hint = "Raise the limits of open files and of processes that pgqd runs under.";
      LogFailure(start_failures_, DatabaseText(database), failure, kStartAgain);
      start_again_ = Deadline::After(kStartAgain);
      return;
    }
  }
  start_failures_.Clear();
}

// Threads of databases that went away end by themselves; joining them here never waits.
void Supervisor::Reap() {
  for (auto& thread : leaving_)
    if (!thread->ended()) thread->Cancel();
  leaving_.remove_if([](const auto& thread) { return thread->ended(); });
}

void Supervisor::LogStatistics() {
  const auto options = shared_.options.Get();
  const bool nothing_to_do =
      !databases_.empty() &&
      std::all_of(databases_.begin(), databases_.end(),
                  [](const auto& entry) { return entry.second->found_no_pgq(); });
  spdlog::info("{{ticks: {}, maint: {}, retry: {}}}{}", shared_.counters.ticks.exchange(0),
               shared_.counters.maint.exchange(0), shared_.counters.retry.exchange(0),
               nothing_to_do ? "; no database has PgQ yet, looking again every " +
                                   SecondsText(options->check_period)
                             : "");
  next_statistics_ = Deadline::After(options->stats_period);
}

}  // namespace pgqd
