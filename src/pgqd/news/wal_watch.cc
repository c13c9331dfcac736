#include "pgqd/news/wal_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/growing_pause.h"
#include "base/text.h"
#include "pg/error.h"
#include "pgqd/failures/log_text.h"
#include "pgqd/threads/service_thread.h"

namespace pgqd {
namespace {

using base::Clock;
using base::Deadline;
using base::Duration;

constexpr Duration kFirstRetry{100}, kLongestRetry{2000};
constexpr auto kActiveFor = std::chrono::seconds(10);
constexpr const char* kPosition =
    "select case when pg_catalog.pg_is_in_recovery() then null else "
    "pg_catalog.pg_current_wal_insert_lsn() end";

}  // namespace

std::uint64_t ParseLsn(const std::string& text) {
  std::string_view rest = text;
  const auto high = base::ParseWhole<std::uint32_t>(base::TakeUntil(rest, '/'), 16);
  const auto low = base::ParseWhole<std::uint32_t>(rest, 16);
  if (!high || !low) throw base::Error("invalid WAL position \"" + text + "\"");
  return (std::uint64_t{*high} << 32) | *low;
}

WalWatch::WalWatch(const LiveOptions& options)
    : options_(options),
      thread_(ServiceWork("wal gate", [this](base::Interrupt& interrupt) { Run(interrupt); })) {}

WalWatch::~WalWatch() = default;

WalWatch::Follower::Follower(WalWatch& wal_watch, std::string database, std::string server,
                             base::Interrupt& wake)
    : wal_watch_(wal_watch),
      database_(std::move(database)),
      server_(std::move(server)),
      wake_(wake) {
  {
    const std::lock_guard lock(wal_watch_.mutex_);
    wal_watch_.followers_.push_back(this);
  }
  wal_watch_.Wake();
}

WalWatch::Follower::~Follower() {
  {
    const std::lock_guard lock(wal_watch_.mutex_);
    wal_watch_.followers_.remove(this);
  }
  wal_watch_.Wake();  // its own connection may have to leave this database
}

WalWatch::View WalWatch::ViewLocked(const std::string& server) const {
  // A watch that has not heard from the server for long hangs; nobody may depend on it then.
  const Duration patience = 2 * options_.Get()->idle_poll + Duration(2000);
  if (!reading_.valid || reading_.server != server || Clock::now() - reading_.at > patience)
    return {};
  return {true, reading_.in_recovery, reading_.lsn};
}

WalWatch::View WalWatch::Follower::Look() const {
  const std::lock_guard lock(wal_watch_.mutex_);
  return wal_watch_.ViewLocked(server_);
}

bool WalWatch::Follower::Arm(std::uint64_t lsn) {
  const std::lock_guard lock(wal_watch_.mutex_);
  const View view = wal_watch_.ViewLocked(server_);
  armed_ = view.trusted && view.lsn == lsn;
  return armed_;
}

void WalWatch::Follower::NoteActivity() {
  bool was_idle = false;
  {
    const std::lock_guard lock(wal_watch_.mutex_);
    const auto now = Clock::now();
    was_idle = now - wal_watch_.last_activity_ > kActiveFor;
    wal_watch_.last_activity_ = now;
  }
  if (was_idle) wal_watch_.Wake();
}

std::string WalWatch::ChooseDatabase() const {
  const std::lock_guard lock(mutex_);
  if (followers_.empty()) return "";
  // One that refuses a second session must not keep the watch from all the others.
  return (*std::next(followers_.begin(),
                     static_cast<std::ptrdiff_t>(failed_attempts_ % followers_.size())))
      ->database_;
}

bool WalWatch::HasFollower(const std::string& database) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(followers_.begin(), followers_.end(),
                     [&](const Follower* follower) { return follower->database_ == database; });
}

void WalWatch::Publish(Reading reading) {
  const std::lock_guard lock(mutex_);
  const bool moved = reading.valid != reading_.valid || reading.server != reading_.server ||
                     reading.in_recovery != reading_.in_recovery || reading.lsn != reading_.lsn;
  reading_ = std::move(reading);
  if (!moved) return;
  for (Follower* follower : followers_)
    if (std::exchange(follower->armed_, false)) follower->wake_.Wake();
}

Duration WalWatch::NextPause(Duration last, const Options& options) const {
  const std::lock_guard lock(mutex_);
  if (Clock::now() - last_activity_ <= kActiveFor) return options.active_poll;
  return std::clamp(last * 2, options.active_poll, options.idle_poll);
}

bool IsPooled(pg::Connection& connection) {
  return pg::ExecAutocommit(connection, "select pg_catalog.pg_backend_pid()")[0][0].as<int>() !=
         PQbackendPID(connection.native());
}

void WalWatch::Run(base::Interrupt& interrupt) {
  base::GrowingPause retry(
      {.first = kFirstRetry, .longest = kLongestRetry, .jitter = base::kSpread});
  while (!interrupt.stopping()) {
    try {
      if (Serve(interrupt)) retry.Reset();
      failed_attempts_ = 0;
      interrupt.Sleep(ChooseDatabase().empty() ? Deadline::Never() : Deadline::After(Duration(0)));
      continue;
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&interrupt);
      if (failure.kind == pg::FailureKind::kInterrupted) throw base::Interrupted();
      const std::string text = "watching the WAL position: " + failure.message;
      // The tickers report the same trouble, each for its database.
      if (const auto line = TextToLog(failures_, failure.message, text)) spdlog::debug("{}", *line);
    }
    Publish({});
    ++failed_attempts_;
    interrupt.Sleep(Deadline::After(retry.Next()));
  }
}

// Watches until the database at hand has no ticker any more. False: there is no ticker at all.
bool WalWatch::Serve(base::Interrupt& interrupt) {
  const std::string database = ChooseDatabase();
  if (database.empty()) {
    Publish({});
    return false;
  }
  pg::Connection connection(ConnectTo(*options_.Get(), database, "gate"), interrupt);
  Reading reading;
  reading.valid = true;
  reading.server = pg::ExecAutocommit(connection, kServerStart)[0][0].as<std::string>();
  const bool prepared = !IsPooled(connection);
  if (prepared) connection.prepare("position", kPosition);
  Duration pause = options_.Get()->active_poll;
  while (!interrupt.stopping() && HasFollower(database)) {
    const auto options = options_.Get();
    if (Clock::now() - connection.connected_at() > options->connection_lifetime) break;
    pqxx::nontransaction statement(connection);
    const pqxx::result position =
        prepared ? statement.exec_prepared("position") : statement.exec(kPosition);
    reading.in_recovery = position[0][0].is_null();
    reading.lsn = reading.in_recovery ? 0 : ParseLsn(position[0][0].c_str());
    reading.at = Clock::now();
    Publish(reading);
    pause = NextPause(pause, *options);
    interrupt.Sleep(Deadline::After(pause));
  }
  return true;
}

}  // namespace pgqd
