#include "londiste/compare/cut_readers.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <list>
#include <mutex>

#include "base/cancellable_thread.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/compare/missing_rights.h"
#include "londiste/compare/rewritten_table.h"
#include "pg/error.h"

namespace londiste::compare {
namespace {

constexpr base::Duration kRound{250};

// Nobody is kept from a table for long: what waits for its lock in front of us goes first, and so
// does what would wait behind us.
constexpr const char* kSettings =
    "set local lock_timeout = '10s'; set local jit = off; set local work_mem = '64MB'; "
    "set local max_parallel_workers_per_gather = 0; set local enable_seqscan = ";

// One side at work.
class SideReading {
 public:
  SideReading(const SideQuery& query, std::atomic<bool>& failed, std::atomic<std::int64_t>& bytes,
              Throttle* throttle)
      : query_(query), failed_(failed), bytes_(bytes), throttle_(throttle) {}

  void Start(std::list<base::CancellableThread>& threads, base::Interrupt& owner) {
    const std::size_t sessions = std::min(query_.readers.size(), query_.pieces.size());
    for (std::size_t i = 0; i < sessions; ++i)
      threads.emplace_back([this, i](base::Interrupt& own) { Work(i, own); }, &owner);
  }

 private:
  void Work(std::size_t reader, base::Interrupt& own) {
    try {
      while (const Piece* piece = Next()) {
        const auto start = base::Clock::now();
        ReadIfAllowed(reader, *piece);
        if (throttle_ != nullptr) throttle_->Rest(own, base::Clock::now() - start, failed_);
      }
    } catch (...) {
      failed_ = true;
      throw;
    }
  }

  const Piece* Next() {
    if (failed_) return nullptr;
    const std::size_t i = next_++;
    return i < query_.pieces.size() ? &query_.pieces[i] : nullptr;
  }

  void ReadIfAllowed(std::size_t reader, const Piece& piece) {
    std::string refusal;
    try {
      Read(reader, piece);
      return;
    } catch (const pqxx::undefined_table&) {
      throw TableRewritten(pg::DescribeCurrentFailure().message);
    } catch (const pqxx::insufficient_privilege&) {
      refusal = pg::DescribeCurrentFailure().message;
    }
    throw base::Error(MissingRights(query_.readers[reader]->tx(), piece, query_.node, refusal));
  }

  // Within a savepoint: its end gives the locks back.
  void Read(std::size_t reader, const Piece& piece) {
    pqxx::subtransaction part(query_.readers[reader]->tx(), "piece");
    part.exec0(kSettings + std::string(piece.range ? "off" : "on"));
    const std::vector<pqxx::result> answers = query_.ask(part, reader, piece);
    RequireSameStorage(part, piece, query_.node);
    part.abort();
    base::HitFailpoint(base::Failpoint::compare_after_piece);
    const std::lock_guard lock(mutex_);
    for (const pqxx::result& rows : answers) query_.take(rows);
    bytes_ += piece.bytes;
  }

  const SideQuery& query_;
  std::atomic<bool>& failed_;
  std::atomic<std::int64_t>& bytes_;
  Throttle* throttle_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // query_.take
};

}  // namespace

void ReadBoth(const SideQuery& above, const SideQuery& below, base::Interrupt& owner,
              Throttle* throttle, const std::function<void(std::int64_t bytes)>& progress) {
  std::atomic<bool> failed{false};
  std::atomic<std::int64_t> bytes{0};
  SideReading above_reading(above, failed, bytes, throttle),
      below_reading(below, failed, bytes, throttle);
  std::list<base::CancellableThread> threads;
  above_reading.Start(threads, owner);
  below_reading.Start(threads, owner);
  const auto working = [&] {
    return std::ranges::any_of(threads, [](const auto& thread) { return !thread.over(); });
  };
  while (working()) {
    owner.Sleep(base::Deadline::After(kRound));
    progress(bytes);
  }
  owner.ThrowIfCancelled();
  for (base::CancellableThread& thread : threads)
    if (thread.failure()) std::rethrow_exception(thread.failure());
}

}  // namespace londiste::compare
