// Rows are there already on the provider; the subscriber asks for them.
#include "bench/whole/steps.h"
#include "bench/whole/table_shape.h"
#include "bench/whole/workload.h"

namespace bench {

Metrics MeasureCopy(const Run& run) {
  const Scenario& scenario = run.scenario;
  const TableShape shape(scenario);
  const std::vector<std::string> tables = TableNames(scenario.tables);
  test_support::Sql& provider = run.site.provider();
  for (int i = 0; i < scenario.tables; ++i) {
    const std::string& table = tables[static_cast<std::size_t>(i)];
    run.site.Everywhere(shape.Create(table, TableShape::Indexes::kTwoMore));
    const Range range = PartOf(scenario.rows, i, scenario.tables);
    provider.Exec(shape.Insert(table, range.first, range.last));
  }
  provider.Exec("vacuum analyze");
  const double bytes = std::stod(provider.Value(
      "select sum(pg_table_size(oid)) from pg_class where relkind = 'r' and relname ~ '^t[0-9]'"));
  run.system.Start();
  run.system.Publish(tables);
  run.site.Checkpoint();

  const CpuOfRun cpu(run);
  const StopWatch watch;
  run.system.Subscribe(tables, InitialCopy::kYes);
  AwaitSynced(run, scenario.tables);
  const double seconds = watch.seconds();
  Metrics metrics{{"seconds", seconds},
                  {"mb_per_s", bytes / 1e6 / seconds},
                  {"rows_per_s", static_cast<double>(scenario.rows) / seconds}};
  cpu.AddTo(metrics);
  Verify(run, tables);
  return metrics;
}

}  // namespace bench
