// Rows are on both sides already; they are read and compared. compare: how long that takes, when
// all are equal and when ten rows differ. compare-load: what it costs those who write meanwhile.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "bench/whole/steps.h"
#include "bench/whole/table_shape.h"
#include "bench/whole/workload.h"

namespace bench {
namespace {

constexpr int kDifferences = 10;
constexpr int kWriters = 2;
constexpr double kWarmUpSeconds = 2;

std::vector<std::string> Fill(const Run& run, const TableShape& shape) {
  const std::vector<std::string> tables = TableNames(run.scenario.tables);
  for (int i = 0; i < run.scenario.tables; ++i) {
    const std::string& table = tables[static_cast<std::size_t>(i)];
    run.site.Everywhere(shape.Create(table, TableShape::Indexes::kKeyOnly));
    const Range range = PartOf(run.scenario.rows, i, run.scenario.tables);
    run.site.Everywhere(shape.Insert(table, range.first, range.last));
  }
  run.site.Everywhere("vacuum analyze");
  Replicate(run, tables, InitialCopy::kNo);
  run.site.Checkpoint();
  return tables;
}

double SecondsToCompare(const Run& run, const std::vector<std::string>& tables, int differing) {
  const StopWatch watch;
  run.system.Compare(tables, run.scenario.sessions, differing);
  return watch.seconds();
}

// Rows all over the first table, as nobody but a mistake would change them.
void MakeDifferences(const Run& run, const TableShape& shape, const std::string& table) {
  const Range range = PartOf(run.scenario.rows, 0, run.scenario.tables);
  test_support::Sql& sql = run.site.subscriber();
  sql.Exec("set session_replication_role = replica");
  for (int i = 0; i < kDifferences; ++i) {
    const std::string row =
        std::to_string(range.first + (range.last - range.first) * i / kDifferences);
    sql.Exec(shape.Update(table, row, row));
  }
  sql.Exec("reset session_replication_role");
}

// Sessions that update one row of the first table after the other, at a steady rate or as fast as
// they can, until stopped.
class Writers {
 public:
  explicit Writers(const Run& run)
      : shape_(run.scenario), rows_(run.scenario.rows), rate_(run.scenario.rate / kWriters) {
    for (int i = 0; i < kWriters; ++i)
      threads_.emplace_back([this, &run, i] { Write(run.site.Near(0), i); });
  }
  ~Writers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  struct Figures {
    double rate, p50_ms, p99_ms;
  };
  // Of the transactions that are committed while `work` goes on, again and again for `seconds`.
  Figures While(double seconds, const std::function<void()>& work) {
    std::this_thread::sleep_for(std::chrono::duration<double>(std::min(kWarmUpSeconds, seconds)));
    Take();
    const StopWatch watch;
    do work();
    while (watch.seconds() < seconds);
    std::vector<double> times = Take();
    const double rate = static_cast<double>(times.size()) / watch.seconds();
    std::sort(times.begin(), times.end());
    if (times.empty()) throw std::runtime_error("nothing was committed");
    return {rate, times[times.size() / 2], times[times.size() * 99 / 100]};
  }

 private:
  std::vector<double> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(milliseconds_, {});
  }

  void Write(const std::string& connstr, int writer) {
    test_support::Sql sql(connstr);
    sql.Exec("prepare change (bigint) as " + shape_.Update("t1", "$1", "$1"));
    const StopWatch running;
    std::int64_t row = 1 + writer;
    for (double due = 0; !stop_; due += 1 / rate_) {
      if (due > running.seconds())
        std::this_thread::sleep_for(std::chrono::duration<double>(due - running.seconds()));
      const StopWatch watch;
      sql.Exec(fmt::format("execute change ({})", row));
      const std::lock_guard lock(mutex_);
      milliseconds_.push_back(watch.seconds() * 1000);
      row = (row + kWriters - 1) % rows_ + 1;
    }
  }

  const TableShape shape_;
  const std::int64_t rows_;
  const double rate_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<double> milliseconds_;
  std::vector<std::thread> threads_;
};

}  // namespace

Metrics MeasureCompare(const Run& run) {
  const TableShape shape(run.scenario);
  const std::vector<std::string> tables = Fill(run, shape);
  SecondsToCompare(run, tables, 0);  // everything is in memory from here on
  const CpuOfRun cpu(run);
  const double equal_s = SecondsToCompare(run, tables, 0);
  Metrics metrics{{"equal_s", equal_s}};
  cpu.AddTo(metrics);
  MakeDifferences(run, shape, tables.front());
  const double ten_differ_s = SecondsToCompare(run, tables, 1);
  metrics.push_back({"ten_differ_s", ten_differ_s});
  metrics.push_back({"ten_differ_of_equal", ten_differ_s / equal_s});
  metrics.push_back({"rows_per_s", static_cast<double>(run.scenario.rows) / equal_s});
  return metrics;
}

Metrics MeasureCompareLoad(const Run& run) {
  const std::vector<std::string> tables = Fill(run, TableShape(run.scenario));
  Writers writers(run);
  const auto alone = [&] {
    return writers.While(run.seconds / 2,
                         [] { std::this_thread::sleep_for(std::chrono::milliseconds(10)); });
  };
  const Writers::Figures before = alone();
  const Writers::Figures meanwhile =
      writers.While(run.seconds, [&] { SecondsToCompare(run, tables, 0); });
  const Writers::Figures after = alone();
  const double rate = (before.rate + after.rate) / 2;
  return {{"tps_alone", rate},
          {"tps", meanwhile.rate},
          {"tps_of_alone", meanwhile.rate / rate},
          {"p50_alone_ms", (before.p50_ms + after.p50_ms) / 2},
          {"p50_ms", meanwhile.p50_ms},
          {"p99_alone_ms", (before.p99_ms + after.p99_ms) / 2},
          {"p99_ms", meanwhile.p99_ms}};
}

}  // namespace bench
