// One statement each inserts, updates (two fifths) and deletes (one fifth) many rows, while the
// subscriber follows.
#include "bench/whole/steps.h"
#include "bench/whole/table_shape.h"
#include "bench/whole/workload.h"

namespace bench {
namespace {

std::vector<std::string> Statements(const Scenario& scenario, const std::string& table) {
  const TableShape shape(scenario);
  const std::int64_t n = scenario.rows;
  return {shape.Insert(table, 1, n), shape.Update(table, "1", std::to_string(n * 2 / 5)),
          shape.Delete(table, std::to_string(n * 4 / 5 + 1), std::to_string(n))};
}

double Execute(const Run& run, const std::string& table) {
  const StopWatch watch;
  for (const std::string& statement : Statements(run.scenario, table))
    run.site.provider().Exec(statement);
  return watch.seconds();
}

}  // namespace

Metrics MeasureBulk(const Run& run) {
  const TableShape shape(run.scenario);
  run.site.provider().Exec(shape.Create("plain", TableShape::Indexes::kKeyOnly));
  run.site.Everywhere(shape.Create("t1", TableShape::Indexes::kKeyOnly));
  const double plain_s = Execute(run, "plain");
  const std::vector<std::string> tables = Replicate(run, {"t1"}, InitialCopy::kNo);
  run.site.Checkpoint();

  const CpuOfRun cpu(run);
  const StopWatch watch;
  const double captured_s = Execute(run, "t1");
  AwaitMarker(run, InsertMarker(run));
  const double total_s = watch.seconds();
  const auto changes = static_cast<double>(run.scenario.rows * 8 / 5);
  Metrics metrics{{"total_s", total_s},
                  {"lag_after_last_commit_s", total_s - captured_s},
                  {"writer_slowdown", captured_s / plain_s},
                  {"rows_per_s", changes / total_s, Metric::Kind::kDetail}};
  cpu.AddTo(metrics);
  Verify(run, tables);
  return metrics;
}

}  // namespace bench
