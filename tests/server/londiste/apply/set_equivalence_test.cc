// Written as sets or one by one: the same rows, the same counts. By hand with more of them:
// SKYTOOLS_EQUIVALENCE_SEEDS=first-last.
#include <gtest/gtest.h>

#include <cstdlib>

#include "server/londiste/apply/apply_fixture.h"
#include "server/londiste/apply/random_history.h"

namespace {

using apply_test::RandomHistory;
using londiste::apply::Applier;
using londiste::apply::ApplyStats;

class SetEquivalence : public ApplyTest {
 protected:
  // One way of writing, into a schema of its own.
  struct Way {
    std::string schema;
    londiste::apply::ApplyOptions options;
    AllTables tables;
    std::unique_ptr<pg::Connection> connection;
    std::unique_ptr<Applier> applier;
  };

  std::unique_ptr<Way> MakeWay(const std::string& schema, std::size_t set_rows,
                               std::size_t array_rows, std::size_t buffer_rows,
                               const std::vector<RandomHistory>& histories) {
    auto way = std::make_unique<Way>();
    way->schema = schema;
    way->options.set_rows = set_rows;
    way->options.array_rows = array_rows;
    way->options.table_rows = 0;
    way->options.buffer_rows = buffer_rows;
    admin().Exec(
        "create schema if not exists ext; create extension if not exists citext schema ext; create "
        "collation if not exists nd (provider = icu, locale = 'und-u-ks-level2', deterministic = "
        "false); do $$ begin create type ext.mood as enum ('sad', 'o''k', '\"happy\"'); create "
        "domain "
        "ext.short as varchar(60); create type ext.pair as (n int, \"t x\" text); exception when "
        "duplicate_object then null; end $$; create schema " +
        schema);
    for (const RandomHistory& history : histories) {
      admin().Exec(history.CreateSql(schema));
      way->tables.dests["public." + history.name()] = schema + "." + history.name();
    }
    way->connection = Connect();
    way->connection->SetReplicationRole(pg::ReplicationRole::kReplica);
    way->applier = std::make_unique<Applier>(*way->connection, way->tables, way->options,
                                             [](const std::string&) {});
    return way;
  }

  ApplyStats ApplyBy(Way& way, const std::vector<pgq::Event>& events) {
    pqxx::work tx(*way.connection);
    try {
      way.applier->BeginBatch(tx);
      for (const pgq::Event& event : events) way.applier->Apply(event);
      const auto stats = way.applier->FinishBatch();
      tx.commit();
      return stats;
    } catch (...) {
      way.applier->Abort();
      throw;
    }
  }

  std::string Content(const Way& way, const std::vector<RandomHistory>& histories) {
    std::string all;
    for (const RandomHistory& history : histories)
      all += admin().Text("select t::text from " + way.schema + "." +
                          pg::QuoteIdent(history.name()) + " t order by t::text");
    return all;
  }

  // Returns how many events went as sets, and how many sets were undone.
  ApplyStats Compare(unsigned seed, bool wrong) {
    std::mt19937 random(seed);
    std::vector<RandomHistory> histories;
    std::string what = "seed " + std::to_string(seed) + (wrong ? ", with missing rows" : "");
    for (int i = 0; i < 3; ++i) {
      histories.emplace_back(static_cast<unsigned>(random()), i);
      what += "\n  " + histories.back().name() + ": " + histories.back().description();
    }
    SCOPED_TRACE(what);
    constexpr std::size_t kAll = 1'000'000;
    const std::size_t array_rows[] = {0, 30, kAll, kAll};
    const auto as_sets = MakeWay("sets", 1 + random() % 2 * 3, array_rows[random() % 4],
                                 20 + random() % 300, histories);
    const auto in_order = MakeWay("ordered", kAll, kAll, kAll, histories);
    ApplyStats total;
    for (int batch = 0; batch < 4; ++batch) {
      for (int change = 0; change < 250; ++change) {
        RandomHistory& history = histories[random() % histories.size()];
        history.Change(
            [&](const std::string& type, const std::string& data) {
              Event(type, data, "public." + history.name());
            },
            wrong);
      }
      const auto events = std::exchange(events_, {});
      ApplyStats sets = ApplyBy(*as_sets, events);
      const ApplyStats ordered = ApplyBy(*in_order, events);
      EXPECT_EQ(ordered.in_sets, 0);
      total.in_sets += std::exchange(sets.in_sets, 0);
      total.sets_undone += std::exchange(sets.sets_undone, 0);
      EXPECT_EQ(sets, ordered) << "batch " << batch;
      EXPECT_EQ(Content(*as_sets, histories), Content(*in_order, histories)) << "batch " << batch;
    }
    admin().Exec("drop schema sets cascade; drop schema ordered cascade");
    return total;
  }
};

std::pair<unsigned, unsigned> Seeds() {
  const char* text = std::getenv("SKYTOOLS_EQUIVALENCE_SEEDS");
  if (text == nullptr) return {1, 12};
  char* end = nullptr;
  const auto first = static_cast<unsigned>(std::strtoul(text, &end, 10));
  return {first, *end == '-' ? static_cast<unsigned>(std::strtoul(end + 1, nullptr, 10)) : first};
}

TEST_F(SetEquivalence, RandomHistories) {
  ApplyStats total;
  const auto [first, last] = Seeds();
  for (unsigned seed = first; seed <= last && !HasFailure(); ++seed) {
    for (const bool wrong : {false, true}) {
      const ApplyStats stats = Compare(seed, wrong);
      total.in_sets += stats.in_sets;
      total.sets_undone += stats.sets_undone;
    }
  }
  // Else the comparison says nothing.
  EXPECT_GT(total.in_sets, 1000);
  EXPECT_GT(total.sets_undone, 0);
  std::cout << total.in_sets << " events in sets, " << total.sets_undone << " sets undone\n";
}

}  // namespace
