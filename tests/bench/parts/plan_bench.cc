// A plan for a kind of row: made once for each kind, kept for its table.
#include <benchmark/benchmark.h>

#include "bench/parts/sample_row.h"
#include "londiste/apply/row_plan.h"

namespace {

void MakePlan(benchmark::State& state) {
  const auto columns = static_cast<int>(state.range(0));
  const bench::EncodedRow encoded = bench::Urlencoded(bench::SampleRow(columns, 20));
  londiste::apply::RowEvent row;
  row.Decode(encoded.type, encoded.data);
  auto table = std::make_shared<londiste::structure::TableShape>();
  table->name = {"public", "t"};
  for (const auto& column : row.columns()) {
    auto& described = table->columns.emplace_back();
    described.name = column.name;
    described.type = "text";
  }
  for (auto _ : state) benchmark::DoNotOptimize(londiste::apply::MakeRowPlan(1, table, row));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MakePlan)->ArgName("columns")->Arg(2)->Arg(10)->Arg(100)->Arg(500);

}  // namespace
