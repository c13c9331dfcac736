// What one copy tells about itself: progress for status lines and the log. Written by the copy's
// thread, read by any.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "londiste/copy/copy_table.h"

namespace londiste::copy_thread {

struct CopyProgress {
  std::string table;
  std::string phase;  // "copying", "indexes, 1 of 3 built", "catching up", "waiting for hand-over"
  std::int64_t rows = 0, bytes = 0;
  std::int64_t expected_rows = 0, expected_bytes = 0;  // 0: not known
  base::Duration elapsed{0};
  std::optional<base::Duration> copying;  // since rows could come
};

class CopyMonitor : public copy::CopyObserver {
 public:
  // `news`: called on the copy's thread when it begins or ends to wait for a lock.
  explicit CopyMonitor(std::string table, std::function<void()> news = {})
      : table_(std::move(table)), news_(std::move(news)) {}

  void Phase(const std::string& phase) override;
  void Expect(std::int64_t rows, std::int64_t bytes, int sessions) override;
  void Progress(std::int64_t rows, std::int64_t bytes) override;  // a log line now and then
  void Warn(const std::string& line) override;
  void WaitsForLock(const std::string& holders) override;
  void Finished(std::int64_t rows, std::int64_t bytes);
  // To be called every few seconds: a log line about a phase that has nothing to report, like the
  // build of an index, every ten.
  void Remind();

  CopyProgress Read() const;
  // Who holds the lock that the copy waits for; "" when it does not. Told anew once a minute.
  std::string lock_holders() const;
  base::Clock::time_point started() const { return started_; }
  // The table's state in the database is ours: in-copy or later. Set after the commit that made it
  // so.
  void Claim() { claimed_ = true; }
  bool claimed() const { return claimed_; }
  // Something was achieved that the next attempt need not repeat.
  void Advance() { advanced_ = true; }
  bool advanced() const { return advanced_; }
  // How many tables the copy counts for, of those that may be copied at the same time.
  int sessions() const { return sessions_; }
  void OnlyCatchingUp() { sessions_ = 1; }
  void OnlyWaiting() { sessions_ = 0; }  // for other queues, which may wait for a copy of ours

 private:
  double SecondsCopying() const;
  std::string Rates(std::int64_t rows, std::int64_t bytes) const;
  std::string Estimate(std::int64_t rows) const;
  const std::string table_;
  const std::function<void()> news_;
  mutable std::mutex mutex_;
  std::string phase_ = "starting";
  std::int64_t rows_ = 0, bytes_ = 0, expected_rows_ = 0, expected_bytes_ = 0;
  const base::Clock::time_point started_ = base::Clock::now();
  std::optional<base::Clock::time_point> copying_since_;
  base::Clock::time_point logged_ = started_, phase_since_ = started_;
  std::string lock_holders_;
  base::Clock::time_point holders_told_{};
  std::atomic<bool> claimed_{false}, advanced_{false};
  std::atomic<int> sessions_{1};
};

}  // namespace londiste::copy_thread
