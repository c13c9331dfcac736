#include "londiste/copy_thread/progress_store.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <system_error>

#include "pg/error.h"
#include "pg/may_call.h"

namespace londiste::copy_thread {
namespace {

constexpr base::Duration kLastWords{500};

constexpr const char* kStoreFunction =
    "londiste.local_set_copy_progress(text, text, text, int8, int8, int8, int8, interval, "
    "interval)";

std::string Interval(base::Duration duration) {
  return std::to_string(duration.count()) + " milliseconds";
}

// Nothing is lost with a progress that a crash takes back, and nobody is to wait for it: neither
// for the disk, nor behind a lock.
void WithShortTimeouts(pqxx::transaction_base& tx) {
  tx.exec0("set local synchronous_commit = off");
  tx.exec0("set local lock_timeout = '1s'");
}

}  // namespace

ProgressStore::Following::Following(ProgressStore& store, CopyMonitor& monitor)
    : store_(store), monitor_(monitor) {
  const std::lock_guard lock(store_.mutex_);
  try {
    if (!store_.thread_)
      store_.thread_.emplace([&store = store_](base::Interrupt& own) { store.Main(own); });
  } catch (const std::system_error& error) {
    spdlog::warn("the progress of table copies is not stored: {}", error.what());
    return;
  }
  store_.monitors_.insert(&monitor_);
  store_.thread_->Wake();
}

ProgressStore::Following::~Following() {
  const std::lock_guard lock(store_.mutex_);
  store_.monitors_.erase(&monitor_);
  if (store_.thread_) store_.thread_->Wake();
}

ProgressStore::~ProgressStore() {
  if (!thread_) return;
  thread_->Stop();
  thread_->Wait(base::Deadline::After(kLastWords));
}

void ProgressStore::Main(base::Interrupt& own) noexcept {
  try {
    base::Clock::time_point next{};
    while (!own.stopping()) {
      const auto now = base::Clock::now();
      const Beat beat = now >= next ? Beat::kDue : Beat::kBetween;
      if (beat == Beat::kDue) next = now + place_.beat;
      Look(beat, own);
      own.Sleep(idle() ? base::Deadline::Never()
                       : base::Deadline::After(next - base::Clock::now()));
    }
    Look(Beat::kBetween, own);
  } catch (const std::exception& error) {
    if (!own.cancelled())
      spdlog::warn("the progress of table copies is not stored any more: {}", error.what());
  }
  session_.reset();
}

bool ProgressStore::idle() {
  const std::lock_guard lock(mutex_);
  return monitors_.empty();
}

std::vector<CopyProgress> ProgressStore::LongCopies() {
  const std::lock_guard lock(mutex_);
  std::vector<CopyProgress> copies;
  for (CopyMonitor* monitor : monitors_) {
    monitor->Remind();
    CopyProgress copy = monitor->Read();
    if (copy.elapsed >= place_.beat) copies.push_back(std::move(copy));
  }
  return copies;
}

void ProgressStore::Look(Beat beat, base::Interrupt& own) noexcept {
  const std::vector<CopyProgress> copies = LongCopies();
  try {
    if (!failing_ || beat == Beat::kDue) {
      Update(copies, beat, own);
      failing_ = false;
    }
  } catch (...) {
    const pg::Failure failure = pg::DescribeCurrentFailure(&own);
    if (failure.kind != pg::FailureKind::kInterrupted)
      spdlog::log(failing_ ? spdlog::level::debug : spdlog::level::warn,
                  "could not store the progress of table copies: {}; retrying", failure.message);
    failing_ = true;
    session_.reset();
    // Rows whose session is gone are not shown: not worth another one.
    if (copies.empty()) stored_.clear();
  }
  if (copies.empty()) {
    refused_ = false;
    if (stored_.empty()) session_.reset();
  }
}

void ProgressStore::Update(const std::vector<CopyProgress>& copies, Beat beat,
                           base::Interrupt& own) {
  const std::set<std::string> stored = stored_;
  for (const std::string& table : stored) {
    const bool running =
        std::ranges::any_of(copies, [&](const CopyProgress& copy) { return copy.table == table; });
    if (!running && Open(own)) Remove(table);
  }
  if (beat == Beat::kBetween) return;
  for (const CopyProgress& copy : copies)
    if (Open(own)) Store(copy);
}

bool ProgressStore::Open(base::Interrupt& own) {
  if (session_) return true;
  if (refused_) return false;
  auto session = std::make_unique<pg::Connection>(
      pg::ConnectOptions::Fixed(place_.connstr, place_.application_name), own);
  pqxx::nontransaction tx(*session);
  if (!pg::MayCall(tx, kStoreFunction)) {
    spdlog::debug(
        "the progress of table copies is not stored: function londiste.local_set_copy_progress "
        "does not exist here, or this role may not call it");
    refused_ = true;
    stored_.clear();
    return false;
  }
  tx.commit();
  session_ = std::move(session);
  return true;
}

void ProgressStore::Store(const CopyProgress& copy) {
  stored_.insert(copy.table);
  const std::string copying = copy.copying ? Interval(*copy.copying) : "";
  pqxx::work tx(*session_);
  WithShortTimeouts(tx);
  tx.exec_params("select londiste.local_set_copy_progress($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                 place_.queue, copy.table, copy.phase, copy.rows, copy.bytes, copy.expected_rows,
                 copy.expected_bytes, Interval(copy.elapsed),
                 copy.copying ? copying.c_str() : nullptr);
  tx.commit();
}

void ProgressStore::Remove(const std::string& table) {
  pqxx::work tx(*session_);
  WithShortTimeouts(tx);
  tx.exec_params(
      "select londiste.local_set_copy_progress($1, $2, null, null, null, null, null, null, null)",
      place_.queue, table);
  tx.commit();
  stored_.erase(table);
}

}  // namespace londiste::copy_thread
