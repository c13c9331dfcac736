// COPY OUT to COPY IN between two sessions, as a table copy does it. Time is the servers' for the
// most part.
#include <benchmark/benchmark.h>

#include "bench/parts/private_server.h"
#include "pg/copy.h"

namespace {

constexpr std::int64_t kRows = 100'000;

void Relay(benchmark::State& state, const std::string& options) {
  bench::PrivateDatabase database;
  database.sql().Exec(
      "create table source (id bigint, txt text, n int, ts timestamp, amt float8);"
      "insert into source select i, md5(i::text), i, now(), i / 7.0 from generate_series(1, " +
      std::to_string(kRows) + ") i; create table target (like source)");
  const auto from = database.Connect(), to = database.Connect();
  std::int64_t bytes = 0;
  for (auto _ : state) {
    pqxx::work read(*from), write(*to);
    write.exec("truncate target");
    const pg::CopyCounters moved = pg::RelayCopy(*from, "copy source to stdout " + options, *to,
                                                 "copy target from stdin " + options, {});
    if (moved.rows != kRows) state.SkipWithError("rows were lost");
    bytes += moved.bytes;
    write.commit();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.SetBytesProcessed(bytes);
}

void RelayText(benchmark::State& state) { Relay(state, ""); }
void RelayBinary(benchmark::State& state) { Relay(state, "(format binary)"); }
BENCHMARK(RelayText)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(RelayBinary)->UseRealTime()->Unit(benchmark::kMillisecond);

// Rows of the program's own into the server, as a staging table gets them.
void CopyInRows(benchmark::State& state) {
  bench::PrivateDatabase database;
  database.sql().Exec("create table target (id bigint, txt text)");
  const auto connection = database.Connect();
  for (auto _ : state) {
    pqxx::work tx(*connection);
    tx.exec("truncate target");
    pg::CopyIn copy(*connection, "copy target from stdin");
    std::string line;
    for (std::int64_t i = 0; i < kRows; ++i) {
      line = std::to_string(i) + '\t';
      pg::AppendCopyText(line, "a value of some 32 bytes or so..");
      line += '\n';
      copy.Write(line);
    }
    if (copy.Finish() != kRows) state.SkipWithError("rows were lost");
    tx.commit();
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(CopyInRows)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
