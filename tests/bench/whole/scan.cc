#include "bench/whole/scan.h"

#include <algorithm>
#include <memory>

namespace bench {
namespace {

// Parts of a table, by pages, as many as there are sessions.
std::string Part(const std::string& table, int part, int parts) {
  const std::string pages = "(select pg_relation_size('" + table + "') / 8192 + 1)";
  const auto edge = [&](int at) {
    return "(select ('(' || " + pages + " * " + std::to_string(at) + " / " + std::to_string(parts) +
           " || ',0)')::tid)";
  };
  return "select count(*), sum(hashtextextended(t::text, 0)) from " + table + " t" +
         (parts == 1 ? "" : " where ctid >= " + edge(part) + " and ctid < " + edge(part + 1));
}

}  // namespace

// The marker arrives by hand.
void Scan::Subscribe(const std::vector<std::string>& tables, InitialCopy) {
  site_.subscriber().Exec("insert into " + tables.back() + " values (1)");
}

void Scan::Compare(const std::vector<std::string>& tables, int sessions, int) {
  std::vector<std::unique_ptr<test_support::Sql>> readers;
  for (const int node : {0, site_.last()})
    for (int i = 0; i < sessions; ++i) {
      readers.push_back(std::make_unique<test_support::Sql>(site_.Near(node)));
      readers.back()->Exec("set jit = off; set max_parallel_workers_per_gather = 0");
    }
  for (const std::string& table : tables) {
    for (std::size_t i = 0; i < readers.size(); ++i)
      readers[i]->Send(Part(table, static_cast<int>(i) % sessions, sessions));
    for (const auto& reader : readers) reader->Finish();
  }
}

}  // namespace bench
