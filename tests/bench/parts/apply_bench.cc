// Row events into a table: decode, plan, write, per row of a batch.
#include <benchmark/benchmark.h>

#include <deque>

#include "bench/parts/private_server.h"
#include "bench/parts/sample_row.h"
#include "londiste/apply/applier.h"
#include "londiste/handlers/handler_table.h"

namespace {

using londiste::apply::Applier;

class OneTable : public londiste::apply::TargetTables {
 public:
  londiste::apply::TargetTable* Resolve(std::string_view, pgq::Txid) override { return &table_; }

 private:
  londiste::apply::TargetTable table_{{.name = "public.t", .dest = {"public", "t"}},
                                      londiste::handlers::MakeHandler({"londiste"})};
};

// An event and the text it looks at.
struct Change {
  std::string type, data;
  pgq::Event event;
};

std::deque<Change> Changes(const std::string& type, std::int64_t rows, int columns) {
  std::deque<Change> changes;
  for (std::int64_t id = 1; id <= rows; ++id) {
    Change& change = changes.emplace_back();
    change.type = type;
    change.data = bench::Urlencoded(bench::SampleRow(columns, 20, id)).data;
    change.event.id = pgq::EventId(id);
    change.event.type = change.type;
    change.event.data = change.data;
    change.event.extra1 = "public.t";
  }
  return changes;
}

std::string CreateTable(int columns) {
  std::string sql = "create table t (id bigint primary key";
  for (int column = 2; column <= columns; ++column)
    sql += ", column_" + std::to_string(column) + " text";
  return sql + ")";
}

// Applies one batch and takes it back, so that each iteration finds the same table.
void ApplyBatch(pg::Connection& connection, Applier& applier, const std::deque<Change>& changes) {
  pqxx::work tx(connection);
  applier.BeginBatch(tx);
  for (const Change& change : changes) applier.Apply(change.event);
  const auto stats = applier.FinishBatch();
  if (stats.missing != 0) throw std::runtime_error("rows were missing");
  tx.abort();
}

void Apply(benchmark::State& state, const std::string& type) {
  const std::int64_t rows = state.range(0);
  const auto columns = static_cast<int>(state.range(1));
  bench::PrivateDatabase database;
  database.sql().Exec(CreateTable(columns));
  if (type != "I:id")
    database.sql().Exec("insert into t (id) select generate_series(1, " + std::to_string(rows) +
                        ")");
  database.sql().Exec("vacuum analyze t");
  const std::deque<Change> changes = Changes(type, rows, columns);
  const auto connection = database.Connect();
  connection->SetReplicationRole(pg::ReplicationRole::kReplica);
  OneTable tables;
  Applier applier(*connection, tables, {}, [](const std::string&) {});
  for (auto _ : state) ApplyBatch(*connection, applier, changes);
  state.SetItemsProcessed(state.iterations() * rows);
}

void ApplyInserts(benchmark::State& state) { Apply(state, "I:id"); }
void ApplyUpdates(benchmark::State& state) { Apply(state, "U:id"); }
void ApplyDeletes(benchmark::State& state) { Apply(state, "D:id"); }

void Sizes(benchmark::internal::Benchmark* of) {
  of->ArgNames({"rows", "columns"})->UseRealTime()->Unit(benchmark::kMillisecond);
  of->Args({1, 5})->Args({100, 5})->Args({20'000, 5})->Args({2'000, 100});
}
BENCHMARK(ApplyInserts)->Apply(Sizes);
BENCHMARK(ApplyUpdates)->Apply(Sizes);
BENCHMARK(ApplyDeletes)->Apply(Sizes);

}  // namespace
