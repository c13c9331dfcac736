#include "bench/whole/workload.h"

namespace bench {
namespace {

constexpr Workload kAll[] = {
    {"copy", "initial copy of tables with indexes", 1'000'000, MeasureCopy},
    {"lag", "single rows at a steady rate: commit on the provider to visible on the subscriber", 0,
     MeasureLag},
    {"catch-up", "a backlog, of small transactions or of batches of one size", 300'000,
     MeasureCatchUp},
    {"bulk", "one insert, update and delete of many rows while replication runs", 500'000,
     MeasureBulk},
    {"compare", "tables that are equal, or differ in ten rows, are compared", 1'000'000,
     MeasureCompare},
    {"compare-load",
     "writers at a steady rate, alone and while tables are compared again and again", 1'000'000,
     MeasureCompareLoad},
};

}  // namespace

const std::span<const Workload> kWorkloads = kAll;

const Workload* FindWorkload(const std::string& name) {
  for (const Workload& workload : kWorkloads)
    if (name == workload.name) return &workload;
  return nullptr;
}

}  // namespace bench
