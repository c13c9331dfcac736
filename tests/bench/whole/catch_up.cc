// The subscriber's side stands still while changes pile up; then it starts and catches up. Each
// change of the backlog is an insert, an update by key or a delete by key, a third each.
#include <fmt/format.h>

#include <algorithm>

#include "bench/whole/process_meter.h"
#include "bench/whole/steps.h"
#include "bench/whole/table_shape.h"
#include "bench/whole/workload.h"

namespace bench {
namespace {

constexpr int kWriters = 2;

// Rows 1..2*steps are there before; step k updates row k, deletes row steps+k, inserts row
// 2*steps+k.
struct Backlog {
  std::int64_t steps;
  int tables;

  static Backlog For(const Scenario& scenario) {
    return {std::max<std::int64_t>(1, scenario.rows / 3), scenario.tables};
  }
};

// The three changes for steps `first`..`last` (SQL expressions), on `table`.
std::vector<std::string> Changes(const TableShape& shape, const Backlog& backlog,
                                 const std::string& table, const std::string& first,
                                 const std::string& last) {
  const auto shifted = [](const std::string& step, std::int64_t by) {
    return fmt::format("({} + {})", step, by);
  };
  const std::int64_t n = backlog.steps;
  std::vector<std::string> changes{shape.Insert(table, shifted(first, 2 * n), shifted(last, 2 * n)),
                                   shape.Update(table, first, last),
                                   shape.Delete(table, shifted(first, n), shifted(last, n))};
  std::erase(changes, "");
  return changes;
}

// Each table gets the rows of its share of the steps; steps are dealt out in runs.
Range StepsOf(const Backlog& backlog, int table) {
  return PartOf(backlog.steps, table, backlog.tables);
}

void Fill(const Run& run, const TableShape& shape, const Backlog& backlog,
          const std::vector<std::string>& tables) {
  for (int i = 0; i < backlog.tables; ++i) {
    const std::string& table = tables[static_cast<std::size_t>(i)];
    const Range steps = StepsOf(backlog, i);
    run.site.Everywhere(shape.Create(table, TableShape::Indexes::kKeyOnly));
    run.site.Everywhere(shape.Insert(table, steps.first, steps.last));
    run.site.Everywhere(
        shape.Insert(table, steps.first + backlog.steps, steps.last + backlog.steps));
  }
  run.site.Everywhere("vacuum analyze");
}

// A transaction for each step, tables in turn, by writer number `writer`.
std::string SmallTransactions(const TableShape& shape, const Backlog& backlog,
                              const std::vector<std::string>& tables, int writer) {
  std::string loops;
  const std::int64_t longest = (backlog.steps + backlog.tables - 1) / backlog.tables;
  for (int i = 0; i < backlog.tables; ++i) {
    const Range steps = StepsOf(backlog, i);
    const std::string step = fmt::format("({} + k)", steps.first);
    std::string body;
    for (const std::string& change :
         Changes(shape, backlog, tables[static_cast<std::size_t>(i)], step, step))
      body += change + "; ";
    loops += fmt::format("if {} + k <= {} then {} commit; end if; ", steps.first, steps.last, body);
  }
  return fmt::format("do $$ begin for k in {}..{} by {} loop {} end loop; end $$", writer,
                     longest - 1, kWriters, loops);
}

void WriteSmallTransactions(const Run& run, const TableShape& shape, const Backlog& backlog,
                            const std::vector<std::string>& tables) {
  std::vector<std::unique_ptr<test_support::Sql>> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.push_back(std::make_unique<test_support::Sql>(run.site.Near(0)));
    writers.back()->Exec("set synchronous_commit = off");
    writers.back()->Send(SmallTransactions(shape, backlog, tables, writer));
  }
  for (const auto& writer : writers) writer->Finish();
}

// Transactions of `rows_per_batch` changes in all, each a batch; within it, table by table.
void WriteBatches(const Run& run, const TableShape& shape, const Backlog& backlog,
                  const std::vector<std::string>& tables) {
  test_support::Sql& provider = run.site.provider();
  const std::int64_t batches =
      std::max<std::int64_t>(1, 3 * backlog.steps / run.scenario.rows_per_batch);
  run.system.StartBacklog();
  for (std::int64_t batch = 0; batch < batches; ++batch) {
    provider.Exec("begin; set local synchronous_commit = off");
    for (int i = 0; i < backlog.tables; ++i) {
      const Range steps = StepsOf(backlog, i);
      const std::int64_t count = steps.last - steps.first + 1;
      const std::int64_t first = steps.first + count * batch / batches;
      const std::int64_t last = steps.first + count * (batch + 1) / batches - 1;
      if (last < first) continue;
      for (const std::string& change : Changes(shape, backlog, tables[static_cast<std::size_t>(i)],
                                               std::to_string(first), std::to_string(last)))
        provider.Exec(change);
    }
    provider.Exec("commit");
    run.system.EndBatch();
  }
  run.system.EndBacklog();
}

}  // namespace

Metrics MeasureCatchUp(const Run& run) {
  const TableShape shape(run.scenario);
  const Backlog backlog = Backlog::For(run.scenario);
  std::vector<std::string> tables = TableNames(backlog.tables);
  Fill(run, shape, backlog, tables);
  const StopWatch replicating;
  const std::vector<std::string> all = Replicate(run, tables, InitialCopy::kNo);
  const double set_up_s = replicating.seconds();
  run.system.StopApply();
  if (run.scenario.rows_per_batch) {
    WriteBatches(run, shape, backlog, tables);
  } else {
    WriteSmallTransactions(run, shape, backlog, tables);
  }
  const std::string marker = InsertMarker(run);
  run.site.Checkpoint();

  double peak_mb = 0;
  const CpuOfRun cpu(run);
  const StopWatch watch;
  run.system.StartApply();
  AwaitMarker(run, marker);
  const double seconds = watch.seconds();
  const std::int64_t changes = backlog.steps * (run.scenario.columns < 2 ? 2 : 3);
  Metrics metrics{{"rows_per_s", static_cast<double>(changes) / seconds},
                  {"seconds", seconds, Metric::Kind::kDetail},
                  {"set_up_s", set_up_s, Metric::Kind::kDetail}};
  cpu.AddTo(metrics);
  for (const pid_t daemon : run.system.Daemons())
    peak_mb = std::max(peak_mb, PeakMegabytes(daemon));
  if (peak_mb > 0) metrics.push_back({"daemon_peak_mb", peak_mb, Metric::Kind::kDetail});
  Verify(run, all);
  return metrics;
}

}  // namespace bench
