// Event text to columns, in each wire format.
#include <benchmark/benchmark.h>

#include "bench/parts/sample_row.h"
#include "londiste/apply/row_event.h"

namespace {

using bench::EncodedRow;

void Decode(benchmark::State& state, const EncodedRow& row) {
  londiste::apply::RowEvent event;
  for (auto _ : state) {
    event.Decode(row.type, row.data);
    benchmark::DoNotOptimize(event.columns().data());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(row.data.size()));
}

std::vector<pgq::Field> Sample(const benchmark::State& state) {
  return bench::SampleRow(static_cast<int>(state.range(0)),
                          static_cast<std::size_t>(state.range(1)));
}

void DecodeUrlencoded(benchmark::State& state) { Decode(state, bench::Urlencoded(Sample(state))); }
void DecodeSqlFragment(benchmark::State& state) {
  Decode(state, bench::SqlFragment(Sample(state)));
}
void DecodeJson(benchmark::State& state) { Decode(state, bench::Json(Sample(state))); }

void Shapes(benchmark::internal::Benchmark* of) {
  of->ArgNames({"columns", "bytes"});
  for (const int columns : {2, 10, 100, 500}) of->Args({columns, 20});
  of->Args({2, 1 << 20});
}

BENCHMARK(DecodeUrlencoded)->Apply(Shapes);
BENCHMARK(DecodeSqlFragment)->Apply(Shapes);
BENCHMARK(DecodeJson)->Apply(Shapes);

}  // namespace
