// Steps that workloads share.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bench/whole/workload.h"

namespace bench {

class StopWatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// CPU seconds from construction on, as details: of each server, and of the system's daemons.
class CpuOfRun {
 public:
  explicit CpuOfRun(const Run& run);
  void AddTo(Metrics& metrics) const;

 private:
  std::vector<double> Read() const;
  const Run& run_;
  const std::vector<double> before_;
};

// Replicates `tables`, which exist on all nodes, and a marker table; returns when a marker passed.
// All tables, in the order published.
std::vector<std::string> Replicate(const Run& run, std::vector<std::string> tables,
                                   InitialCopy copy);
// A row inserted last: every system here keeps the order of commits.
std::string InsertMarker(const Run& run);
void AwaitMarker(const Run& run, const std::string& marker);
void AwaitSynced(const Run& run, int tables);

// Throws unless each table holds the same rows on provider and subscriber.
void Verify(const Run& run, const std::vector<std::string>& tables);

// Range number `part` of `parts` equal ones in 1..rows.
struct Range {
  std::int64_t first, last;
};
Range PartOf(std::int64_t rows, int part, int parts);

}  // namespace bench
