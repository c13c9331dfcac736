// One measurement: a workload, done by a system, in a scenario, on fresh servers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/whole/scenario.h"
#include "bench/whole/site.h"
#include "bench/whole/system.h"

namespace bench {

struct Metric {
  enum class Kind { kHeadline, kDetail };  // a headline is in the table, a detail in JSON only
  std::string name;                        // with the unit: p50_ms, rows_per_s
  double value;
  Kind kind = Kind::kHeadline;
};
using Metrics = std::vector<Metric>;

// What a workload works with. Lives for one measurement.
struct Run {
  const Scenario& scenario;
  Site& site;
  System& system;
  double seconds;  // how long a paced workload measures
};

struct Workload {
  const char* name;
  const char* summary;
  std::int64_t rows;  // by default, at scale 1
  // Throws std::runtime_error when something fails or rows differ in the end.
  Metrics (*run)(const Run& run);
};

Metrics MeasureCopy(const Run& run);
Metrics MeasureLag(const Run& run);
Metrics MeasureCatchUp(const Run& run);
Metrics MeasureBulk(const Run& run);
Metrics MeasureCompare(const Run& run);
Metrics MeasureCompareLoad(const Run& run);

extern const std::span<const Workload> kWorkloads;
const Workload* FindWorkload(const std::string& name);  // nullptr: there is none

}  // namespace bench
