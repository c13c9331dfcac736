// Partitions that come and go by chance while others write. After each few changes nodes that are
// partitioned the same, otherwise, and not at all have the same rows.
//
// SKYTOOLS_RANDOM_PARTITIONS: how many changes (40), SKYTOOLS_RANDOM_SEED: which chance.
#include <atomic>
#include <random>
#include <thread>

#include "e2e/random/chance.h"
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::EventuallyEqual;
using test_support::Node;
using test_support::Sql;

// Writes rows with keys below 100; what has no partition just then fails, and that is all right.
class PartitionWriter {
 public:
  PartitionWriter(std::string connstr, unsigned seed)
      : thread_([this, connstr = std::move(connstr), seed] { Run(connstr, seed); }) {}
  ~PartitionWriter() {
    stop_ = true;
    thread_.join();
  }
  static void Pause(bool pause) { paused_ = pause; }
  int written() const { return written_; }

 private:
  void Run(const std::string& connstr, unsigned seed) {
    Sql sql(connstr);
    std::mt19937 random(seed);
    while (!stop_) {
      if (paused_) {
        std::this_thread::sleep_for(5ms);
        continue;
      }
      const std::string id = std::to_string(random() % 100);
      const std::string v = "'" + std::to_string(random() % 1000) + "'";
      std::string statement = "insert into p values (" + id + ", " + v + ") on conflict do nothing";
      const auto kind = random() % 10;
      if (kind > 5) statement = "update p set v = " + v + " where id = " + id;
      if (kind == 8) statement = "delete from p where id = " + id;
      if (kind == 9)  // into another partition
        statement = "update p set id = (id + 37) % 100 where id = " + id;
      if (sql.Error(statement).empty()) ++written_;
    }
  }

  static inline std::atomic<bool> paused_{false};
  std::atomic<bool> stop_{false};
  std::atomic<int> written_{0};
  std::thread thread_;
};

class RandomPartitions : public WorkerStory {
 protected:
  std::string Change();
  std::string OneChange();

  std::mt19937 random_{static_cast<unsigned>(FromEnvironment("SKYTOOLS_RANDOM_SEED", 1))};
};

std::string RandomPartitions::OneChange() {
  const int decade = static_cast<int>(random_() % 10);
  const std::string name = "p_" + std::to_string(decade);
  const std::string from = std::to_string(decade * 10), to = std::to_string(decade * 10 + 10);
  const std::string bound = " for values from (" + from + ") to (" + to + ")";
  const std::string rows = "insert into " + name + " select " + from +
                           " + n, 'brought' from generate_series(0, 9, 1 + " +
                           std::to_string(random_() % 4) + ") n on conflict do nothing";
  switch (random_() % 12) {
    case 0:
    case 1:
      return "create table " + name + " partition of p" + bound;
    case 2:
    case 3:
      return "create table " + name + " (like p including all); " + rows +
             "; alter table p attach " + "partition " + name + bound +
             "; update p set v = 'then' where id % 10 = 3";
    case 4:
    case 5:
      return "alter table p attach partition " + name + bound;
    case 6:
      return "alter table p detach partition " + name + "; " + rows;
    case 7:
      return "alter table p detach partition " + name;
    case 8:
      return "drop table " + name;
    case 9:
      return "truncate " + name;
    case 10:
      return random_() % 2 == 0 ? "create table p_rest partition of p default"
                                : "drop table p_rest";
    default:  // by halves
      return "create table " + name + " partition of p" + bound +
             " partition by range (id); create "
             "table " +
             name + "_a partition of " + name + " for values from (minvalue) to (" + from +
             " + 5); create table " + name + "_b partition of " + name + " default";
  }
}

// Several in one transaction now and then, some of them undone.
std::string RandomPartitions::Change() {
  switch (random_() % 6) {
    case 0:
      return "begin; " + OneChange() + "; " + OneChange() + "; commit";
    case 1:
      return "begin; " + OneChange() + "; savepoint s; " + OneChange() +
             "; rollback to s; insert into p values (" + std::to_string(random_() % 100) +
             ", 'with it') on conflict do nothing; commit";
    default:
      return OneChange();
  }
}

TEST_F(RandomPartitions, AllNodesHaveTheRows) {
  StartRoot();
  const auto same = AddBranch();
  test_support::PostgresServer third, fourth;
  const auto otherwise = AddNode("leaf", "node3", *same, third);
  const auto plain = AddNode("leaf", "node4", *root_, fourth);
  const std::string table = "create table p (id int primary key, v text)";
  const std::string by_range = table + " partition by range (id);";
  root_->sql().Exec(by_range + "create table p_0 partition of p for values from (0) to (10)");
  root_->MustLondiste({"add-table", "p"});
  root_->MustLondiste({"ddl", "replicate"});
  same->sql().Exec(by_range + "create table p_0 partition of p for values from (0) to (10)");
  otherwise->sql().Exec(by_range +
                        "create table low partition of p for values from (minvalue) to (35);"
                        "create table rest partition of p default");
  plain->sql().Exec(table);
  for (Node* node : {same.get(), otherwise.get(), plain.get()})
    node->MustLondiste({"add-table", "p", "--wait-sync"});

  const int changes = FromEnvironment("SKYTOOLS_RANDOM_PARTITIONS", 40);
  std::vector<std::unique_ptr<PartitionWriter>> writers;
  for (unsigned i = 0; i < 3; ++i)
    writers.push_back(std::make_unique<PartitionWriter>(root_->connstr(), i + 1));
  std::string log;
  int made = 0, since = 0;
  // A reader and what takes a partition off may meet in a deadlock.
  const auto look = [](Node& of, const std::string& query) {
    try {
      return of.sql().Value(query);
    } catch (const std::exception& failure) {
      return of.name() + ": " + failure.what();
    }
  };
  const std::string rows = "select coalesce(string_agg(id || v, ' ' order by id), '') from p";
  const std::string tree =
      "select coalesce(string_agg(b, ', ' order by b), '') from (select "
      "pg_get_expr(c.relpartbound, c.oid) as b from pg_partition_tree('p') t join pg_class c on "
      "c.oid = t.relid) x";
  while (made < changes && !HasFailure()) {
    const std::string change = Change();
    const std::string error = root_->sql().Error(change);
    if (!error.empty()) root_->sql().Error("rollback");
    log += change + (error.empty() ? "" : "   -- " + error) + "\n";
    if (!error.empty()) continue;
    ++made;
    if (++since < 8 && made < changes) continue;
    since = 0;
    PartitionWriter::Pause(true);
    std::this_thread::sleep_for(50ms);
    for (Node* node : {same.get(), otherwise.get(), plain.get()})
      EXPECT_TRUE(EventuallyEqual(
          60s, [&] { return look(*root_, rows); }, [&] { return look(*node, rows); }))
          << node->name() << "\n"
          << log << node->Log();
    EXPECT_TRUE(EventuallyEqual(
        60s, [&] { return look(*root_, tree); }, [&] { return look(*same, tree); }))
        << log;
    PartitionWriter::Pause(false);
  }
  int written = 0;
  for (const auto& writer : writers) written += writer->written();
  EXPECT_GT(written, changes) << "the writers were refused nearly always\n" << log;
  EXPECT_EQ(root_->sql().Text("select kind, subject from pgq.get_conditions('q_teste_replica')"),
            "");
}

}  // namespace
}  // namespace e2e
