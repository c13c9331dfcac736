// How far a comparison of several tables is, for a line on a terminal and in the log. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "londiste/compare/table_comparison.h"

namespace londiste::node {

class CompareProgress {
 public:
  using Time = base::Clock::time_point;

  // The tables that are going to be compared, with their size on this node. Empty sizes: not known.
  void Planned(std::map<std::string, std::int64_t> bytes, Time now);
  void Begins(const std::string& table, Time now);
  void Reached(const compare::ComparisonProgress& told) { told_ = told; }
  void Ended(const std::string& table);

  std::size_t done() const { return done_; }
  std::size_t total() const { return bytes_.size(); }
  double share() const;
  // "public.orders: read 1200000 rows and 80.4 MB of 240.0 MB on both nodes (33 %, 60000 rows/s,
  // 4.0 MB/s)", or that the rows that differ are looked for; and, if it can be told by the bytes
  // that were read, "1m15s left" for all tables.
  std::string Line(Time now) const;

 private:
  double BytesDone() const;
  double BytesLeft() const;
  std::optional<std::chrono::seconds> Left(Time now) const;

  std::map<std::string, std::int64_t> bytes_;        // of both nodes, as a guess
  std::int64_t bytes_done_ = 0, bytes_to_come_ = 0;  // of whole tables
  std::size_t done_ = 0;
  std::string table_;
  compare::ComparisonProgress told_;
  Time began_{}, table_began_{};
};

}  // namespace londiste::node
