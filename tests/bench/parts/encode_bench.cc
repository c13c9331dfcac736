// Values to COPY text.
#include <benchmark/benchmark.h>

#include "bench/parts/sample_row.h"
#include "pg/copy.h"

namespace {

void CopyTextRow(benchmark::State& state) {
  const auto row =
      bench::SampleRow(static_cast<int>(state.range(0)), static_cast<std::size_t>(state.range(1)));
  std::string line;
  for (auto _ : state) {
    line.clear();
    for (const pgq::Field& field : row) {
      pg::AppendCopyText(line, field.value);
      line += '\t';
    }
    benchmark::DoNotOptimize(line.data());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(line.size()));
}
BENCHMARK(CopyTextRow)
    ->ArgNames({"columns", "bytes"})
    ->Args({2, 20})
    ->Args({10, 20})
    ->Args({100, 20})
    ->Args({500, 20})
    ->Args({2, 1 << 20});

}  // namespace
