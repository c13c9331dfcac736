#include "bench/whole/steps.h"

#include <stdexcept>

#include "bench/whole/process_meter.h"
#include "support/eventually.h"

namespace bench {
namespace {

constexpr const char* kMarkers = "bench_marker";
constexpr std::chrono::minutes kPatience{60};

void Await(const std::string& what, const std::function<bool()>& condition) {
  if (!test_support::WaitUntil(kPatience, condition))
    throw std::runtime_error("gave up after an hour: " + what);
}

}  // namespace

CpuOfRun::CpuOfRun(const Run& run) : run_(run), before_(Read()) {}

std::vector<double> CpuOfRun::Read() const {
  std::vector<double> seconds{CpuSeconds(run_.system.Daemons())};
  for (int node = 0; node < run_.site.nodes(); ++node)
    seconds.push_back(CpuSeconds(run_.site.server(node).pid()));
  return seconds;
}

void CpuOfRun::AddTo(Metrics& metrics) const {
  const std::vector<double> now = Read();
  for (std::size_t i = 0; i < now.size(); ++i) {
    const std::string name = i == 0 ? "daemons" : "server" + std::to_string(i);
    metrics.push_back({"cpu_" + name + "_s", now[i] - before_[i], Metric::Kind::kDetail});
  }
}

std::vector<std::string> Replicate(const Run& run, std::vector<std::string> tables,
                                   InitialCopy copy) {
  run.site.Everywhere(std::string("create table ") + kMarkers + " (id serial primary key)");
  tables.push_back(kMarkers);
  run.system.Start();
  run.system.Publish(tables);
  run.system.Subscribe(tables, copy);
  AwaitSynced(run, static_cast<int>(tables.size()));
  AwaitMarker(run, InsertMarker(run));
  return tables;
}

std::string InsertMarker(const Run& run) {
  return run.site.provider().Value(std::string("insert into ") + kMarkers +
                                   " default values returning id");
}

void AwaitMarker(const Run& run, const std::string& marker) {
  const std::string sql =
      std::string("select exists (select from ") + kMarkers + " where id = " + marker + ")";
  Await("marker row", [&] { return run.site.subscriber().Value(sql) == "t"; });
}

void AwaitSynced(const Run& run, int tables) {
  Await("tables in sync", [&] { return run.system.Synced(tables); });
}

void Verify(const Run& run, const std::vector<std::string>& tables) {
  for (const std::string& table : tables) {
    const std::string sql =
        "select count(*) || ' rows, sum ' ||"
        " coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0) from " +
        table + " t";
    const std::string here = run.site.provider().Value(sql);
    const std::string there = run.site.subscriber().Value(sql);
    if (here != there)
      throw std::runtime_error(table + " differs: provider " + here + ", subscriber " + there);
  }
}

Range PartOf(std::int64_t rows, int part, int parts) {
  return {rows * part / parts + 1, rows * (part + 1) / parts};
}

}  // namespace bench
