// Reading a batch from the server, without doing anything with its events.
#include <benchmark/benchmark.h>

#include "bench/parts/private_server.h"
#include "pgq/batch.h"

namespace {

void ReadBatch(benchmark::State& state) {
  const std::int64_t rows = state.range(0);
  bench::PrivateDatabase database;
  database.sql().Exec("select pgq.create_queue('q'); select pgq.register_consumer('q', 'c')");
  database.sql().Exec(
      "select pgq.insert_event('q', 'U:id', 'id=' || i || '&txt=' || md5(i::text), 'public.t',"
      " null, null, null) from generate_series(1, " +
      std::to_string(rows) + ") i");
  database.sql().Exec("select pgq.force_tick('q')");
  database.sql().Exec("select pgq.ticker('q')");
  const auto connection = database.Connect();
  const auto batch = pgq::NextBatch(*connection, "q", "c");
  if (!batch) {
    state.SkipWithError("no batch");
    return;
  }
  for (auto _ : state) {
    pgq::BatchReader reader(
        *connection, batch->id,
        {static_cast<int>(state.range(1)), static_cast<std::size_t>(state.range(2))}, "");
    pgq::EventChunk chunk;
    std::size_t read = 0;
    while (reader.Next(chunk)) read += chunk.size();
    if (static_cast<std::int64_t>(read) != rows) state.SkipWithError("events were lost");
  }
  state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK(ReadBatch)
    ->ArgNames({"rows", "fetch", "ahead"})
    ->Args({1, 300, 0})
    ->Args({100, 300, 0})
    ->Args({100'000, 300, 0})
    ->Args({100'000, 3'000, 0})
    ->Args({100'000, 300, 32 << 20})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
