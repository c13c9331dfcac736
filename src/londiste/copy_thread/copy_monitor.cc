#include "londiste/copy_thread/copy_monitor.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "londiste/output/byte_count.h"
#include "londiste/output/duration.h"

namespace londiste::copy_thread {
namespace {

using output::FormatBytes;

constexpr std::chrono::seconds kLogEvery{10}, kReportHoldersEvery{60};

base::Duration Since(base::Clock::time_point then) {
  return std::chrono::duration_cast<base::Duration>(base::Clock::now() - then);
}

}  // namespace

void CopyMonitor::Phase(const std::string& phase) {
  const std::lock_guard lock(mutex_);
  if (phase == phase_) return;
  phase_ = phase;
  phase_since_ = base::Clock::now();
  if (phase == "copying") {
    logged_ = base::Clock::now();
    copying_since_ = logged_;
  }
  // Building indexes may take as long as copying.
  const auto level = phase.starts_with("index") ? spdlog::level::info : spdlog::level::debug;
  spdlog::log(level, "{}: {}", table_, phase);
  if (level == spdlog::level::info) logged_ = phase_since_;
}

void CopyMonitor::Remind() {
  const std::lock_guard lock(mutex_);
  if (base::Clock::now() < logged_ + kLogEvery) return;
  logged_ = base::Clock::now();
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(logged_ - phase_since_);
  spdlog::info("{}: {}, for {}", table_, phase_, output::ShortDuration(since));
}

double CopyMonitor::SecondsCopying() const {
  const auto elapsed = base::Clock::now() - copying_since_.value_or(started_);
  return std::max(std::chrono::duration<double>(elapsed).count(), 0.001);
}

std::string CopyMonitor::Rates(std::int64_t rows, std::int64_t bytes) const {
  const double seconds = SecondsCopying();
  return fmt::format("{:.1f} s ({:.0f} rows/s, {}/s)", seconds, static_cast<double>(rows) / seconds,
                     FormatBytes(static_cast<std::int64_t>(static_cast<double>(bytes) / seconds)));
}

void CopyMonitor::Expect(std::int64_t rows, std::int64_t bytes, int sessions) {
  const std::lock_guard lock(mutex_);
  sessions_ = sessions;
  expected_rows_ = rows;
  expected_bytes_ = bytes;
  if (sessions > 1)
    spdlog::info("{}: {} on the provider, copied in ranges by {} sessions", table_,
                 FormatBytes(bytes), sessions);
}

// " of about 3000000 (40 %)", " of about 3000000 (40 %), 15 s left"; nothing where the provider has
// no statistics, or wrong ones.
std::string CopyMonitor::Estimate(std::int64_t rows) const {
  if (expected_rows_ <= 0 || rows > expected_rows_ || rows <= 0) return "";
  const double share = static_cast<double>(rows) / static_cast<double>(expected_rows_);
  const double left = SecondsCopying() * (1 - share) / share;
  return fmt::format(" of about {} ({:.0f} %, {} left)", expected_rows_, std::floor(100 * share),
                     output::ShortDuration(std::chrono::seconds(std::llround(left))));
}

void CopyMonitor::Progress(std::int64_t rows, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  rows_ = rows;
  bytes_ = bytes;
  if (base::Clock::now() < logged_ + kLogEvery) return;
  logged_ = base::Clock::now();
  spdlog::info("{}: copied {} rows{}, {} in {}", table_, rows, Estimate(rows), FormatBytes(bytes),
               Rates(rows, bytes));
}

void CopyMonitor::Finished(std::int64_t rows, std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  spdlog::info("{}: copy finished: {} bytes, {} rows in {}", table_, bytes, rows,
               Rates(rows, bytes));
}

void CopyMonitor::Warn(const std::string& line) { spdlog::warn("{}", line); }

void CopyMonitor::WaitsForLock(const std::string& holders) {
  const auto now = base::Clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (holders == lock_holders_) return;
    if (!holders.empty() && !lock_holders_.empty() && now < holders_told_ + kReportHoldersEvery)
      return;
    lock_holders_ = holders;
    holders_told_ = now;
  }
  if (news_) news_();
}

std::string CopyMonitor::lock_holders() const {
  const std::lock_guard lock(mutex_);
  return lock_holders_;
}

CopyProgress CopyMonitor::Read() const {
  const std::lock_guard lock(mutex_);
  CopyProgress progress{table_,         phase_,          rows_,           bytes_,
                        expected_rows_, expected_bytes_, Since(started_), {}};
  if (copying_since_) progress.copying = Since(*copying_since_);
  return progress;
}

}  // namespace londiste::copy_thread
