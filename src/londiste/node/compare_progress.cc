#include "londiste/node/compare_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "londiste/output/byte_count.h"
#include "londiste/output/duration.h"

namespace londiste::node {
namespace {

using output::FormatBytes;

// Before that a rate says little.
constexpr std::chrono::seconds kFirstGuess{2};

double Seconds(base::Clock::duration duration) {
  return std::max(std::chrono::duration<double>(duration).count(), 0.001);
}

}  // namespace

void CompareProgress::Planned(std::map<std::string, std::int64_t> bytes, Time now) {
  bytes_ = std::move(bytes);
  for (auto& [table, size] : bytes_) bytes_to_come_ += size *= 2;
  began_ = now;
}

void CompareProgress::Begins(const std::string& table, Time now) {
  table_ = table;
  told_ = {};
  table_began_ = now;
}

void CompareProgress::Ended(const std::string& table) {
  const auto guess = bytes_.find(table);
  if (guess == bytes_.end()) return;
  ++done_;
  bytes_to_come_ -= guess->second;
  bytes_done_ += told_.all_bytes;
  table_.clear();
  told_ = {};
}

double CompareProgress::BytesDone() const {
  return static_cast<double>(bytes_done_ + (told_.finding_rows ? told_.all_bytes : told_.bytes));
}

double CompareProgress::BytesLeft() const {
  double left = static_cast<double>(bytes_to_come_);
  if (const auto guess = bytes_.find(table_); guess != bytes_.end() && told_.all_bytes > 0)
    left -= static_cast<double>(guess->second);
  return left + static_cast<double>(bytes_done_ + told_.all_bytes) - BytesDone();
}

double CompareProgress::share() const {
  const double done = BytesDone(), all = done + BytesLeft();
  return all > 0 ? done / all : 0;
}

std::optional<std::chrono::seconds> CompareProgress::Left(Time now) const {
  const double done = BytesDone();
  if (now - began_ < kFirstGuess || done <= 0) return std::nullopt;
  return std::chrono::seconds(std::llround(Seconds(now - began_) * BytesLeft() / done));
}

std::string CompareProgress::Line(Time now) const {
  std::string line = table_ + ": ";
  if (told_.finding_rows) {
    line += fmt::format("finding the rows that differ ({:.0f} %)",
                        std::floor(100 * static_cast<double>(told_.bytes) /
                                   std::max(1.0, static_cast<double>(told_.all_bytes))));
  } else {
    const double seconds = Seconds(now - table_began_), bytes = static_cast<double>(told_.bytes);
    line +=
        fmt::format("read {} rows and {} of {} on both nodes ({:.0f} %, {:.0f} rows/s, {}/s)",
                    told_.rows, FormatBytes(told_.bytes), FormatBytes(told_.all_bytes),
                    std::floor(100 * bytes / std::max(1.0, static_cast<double>(told_.all_bytes))),
                    static_cast<double>(told_.rows) / seconds,
                    FormatBytes(static_cast<std::int64_t>(bytes / seconds)));
  }
  if (const auto left = Left(now)) line += ", " + output::ShortDuration(*left) + " left";
  return line;
}

}  // namespace londiste::node
