// Single rows, each a transaction of its own, at a steady rate: from the return of COMMIT on the
// provider until a session on the subscriber sees the row. The session looks about once a
// millisecond, so that much is in the figures.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "bench/whole/steps.h"
#include "bench/whole/table_shape.h"
#include "bench/whole/workload.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kWarmUpSeconds = 2;
constexpr double kRowsPerWriter = 250;  // a commit takes a millisecond or so
constexpr std::chrono::minutes kPatience{5};

// The rows' times of commit and of arrival, by number from 1.
struct Times {
  explicit Times(std::size_t count) : committed(count + 1), seen(count + 1) {}
  std::vector<Clock::time_point> committed, seen;
};

// Writes rows number 1, 2, ... when they are due, with as many sessions as the rate needs.
class Writers {
 public:
  Writers(const Run& run, std::int64_t count, Times& times)
      : run_(run), shape_(run.scenario), count_(count), times_(times) {
    const int writers = std::max(1, static_cast<int>(run.scenario.rate / kRowsPerWriter));
    for (int i = 0; i < writers; ++i) threads_.emplace_back([this] { Write(); });
  }
  ~Writers() {
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  void Finish() {
    for (std::thread& thread : threads_) thread.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void Write() {
    try {
      test_support::Sql sql(run_.site.Near(0));
      sql.Exec("prepare probe (bigint) as " + shape_.Insert("t1", "$1", "$1"));
      for (std::int64_t row; (row = next_++) <= count_;) {
        std::this_thread::sleep_until(
            start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                         static_cast<double>(row) / run_.scenario.rate)));
        sql.Exec(fmt::format("execute probe ({})", row));
        times_.committed[static_cast<std::size_t>(row)] = Clock::now();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
  }

  const Run& run_;
  const TableShape shape_;
  const std::int64_t count_;
  Times& times_;  // each element is written by one thread, and read after Finish
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::int64_t> next_{1};
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

// Notes when each row is first seen. Sessions commit out of order, so it looks again at all rows
// from the first one missing.
void Watch(const Run& run, std::size_t count, Times& times) {
  test_support::Sql& sql = run.site.subscriber();
  sql.Exec("prepare look (bigint) as select id from t1 where id >= $1");
  std::size_t missing = 1;
  const Clock::time_point start = Clock::now();
  while (missing <= count) {
    const auto rows = sql.Exec(fmt::format("execute look ({})", missing));
    const Clock::time_point now = Clock::now();
    for (const auto& row : rows) {
      Clock::time_point& seen = times.seen[std::stoul(row[0].value())];
      if (seen == Clock::time_point{}) seen = now;
    }
    while (missing <= count && times.seen[missing] != Clock::time_point{}) ++missing;
    if (now - start > kPatience + std::chrono::duration<double>(run.seconds))
      throw std::runtime_error(fmt::format("row {} of {} did not arrive", missing, count));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

Metrics MeasureLag(const Run& run) {
  if (run.scenario.random_keys) throw std::runtime_error("lag takes ordered keys only");
  const TableShape shape(run.scenario);
  const std::vector<std::string> names = TableNames(run.scenario.tables);
  for (const std::string& table : names)
    run.site.Everywhere(shape.Create(table, TableShape::Indexes::kKeyOnly));
  const std::vector<std::string> tables = Replicate(run, names, InitialCopy::kNo);
  run.site.Checkpoint();

  const auto warm_up = static_cast<std::size_t>(run.scenario.rate * kWarmUpSeconds);
  const std::size_t count = warm_up + static_cast<std::size_t>(run.scenario.rate * run.seconds);
  Times times(count);
  const CpuOfRun cpu(run);
  const StopWatch watch;
  Writers writers(run, static_cast<std::int64_t>(count), times);
  Watch(run, count, times);
  writers.Finish();
  const double seconds = watch.seconds();

  std::vector<double> lags;
  for (std::size_t row = warm_up + 1; row <= count; ++row)
    lags.push_back(std::max(
        0.0,
        std::chrono::duration<double, std::milli>(times.seen[row] - times.committed[row]).count()));
  std::sort(lags.begin(), lags.end());
  const auto quantile = [&](double part) {
    return lags[std::min(lags.size() - 1,
                         static_cast<std::size_t>(static_cast<double>(lags.size()) * part))];
  };
  Metrics metrics{{"p50_ms", quantile(0.5)},
                  {"p95_ms", quantile(0.95)},
                  {"p99_ms", quantile(0.99)},
                  {"max_ms", lags.back()},
                  {"reached_rate", static_cast<double>(count) / seconds, Metric::Kind::kDetail}};
  cpu.AddTo(metrics);
  Verify(run, tables);
  return metrics;
}

}  // namespace bench
