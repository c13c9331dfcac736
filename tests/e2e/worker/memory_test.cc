// Memory of a worker that applies a batch many times as large as its setting work_memory.
#include <fstream>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;
using test_support::TableDigest;

// In kB, four times work_memory. Sanitizers have their own use of memory, which is not ours to
// judge.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr std::int64_t kAllowed = 1 << 30;
#else
constexpr std::int64_t kAllowed = 64 << 10;
#endif

class WorkerMemory : public WorkerStory {
 protected:
  // The most the process ever had in memory, in kB.
  static std::int64_t PeakMemory(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;)
      if (word == "VmHWM:") {
        std::int64_t kilobytes = 0;
        status >> kilobytes;
        return kilobytes;
      }
    throw std::runtime_error("no VmHWM");
  }
  // The events of all rows of root's `table`, as its trigger would make them: that takes long to
  // encode so much. `columns`: an expression, urlencoded.
  static std::string Publish(const std::string& type, const std::string& table,
                             const std::string& columns) {
    return "select count(pgq.insert_event('q_teste_replica', '" + type + "', " + columns +
           ", 'public." + table + "', null, null, null)) from (select * from " + table +
           " order by id) t;";
  }
};

TEST_F(WorkerMemory, StaysBoundedWhateverTheSizeOfTheBatch) {
  constexpr const char* kTable =
      "create table big (id int primary key, a text, b text);"
      "create table by_row (id int primary key, a text)";
  StartRoot();
  root_->sql().Exec(kTable);
  root_->MustLondiste({"add-table", "big", "by_row"});
  subscriber_.CreateNodeDatabase("db2");
  test_support::Node leaf(dir_, subscriber_, "db2", "node2", "q_teste_replica",
                          "work_memory = 16 MiB\n");
  leaf.sql().Exec(kTable);
  // Its rows come one by one.
  leaf.sql().Exec(
      "create function pass() returns trigger language plpgsql as $$ begin return new; end $$;"
      "create trigger pass before insert on by_row for each row execute function pass();"
      "alter table by_row enable replica trigger pass");
  leaf.CreateLeaf(*root_);
  leaf.StartWorker();
  leaf.MustLondiste({"add-table", "big", "by_row"});
  leaf.MustLondiste({"wait-sync"});
  const std::int64_t before = PeakMemory(leaf.worker().pid());

  root_->sql().Exec(
      "begin; set local session_replication_role = replica;"
      "insert into big select i, repeat(md5(i::text), 150), 'b' from generate_series(1, 40000) i;"
      "insert into by_row select i, repeat(md5(i::text), 150) from generate_series(1, 10000) i;" +
      Publish("I:id", "big", "'id=' || id || '&a=' || a || '&b=' || b") +
      Publish("I:id", "by_row", "'id=' || id || '&a=' || a") + "update big set b = 'c';" +
      Publish("U:id", "big", "'id=' || id || '&a=' || a || '&b=' || b") + "commit");
  leaf.MustLondiste({"wait-root"});
  for (const char* table : {"big", "by_row"})
    EXPECT_TRUE(EventuallyEqual(
        120s, [&] { return TableDigest(root_->sql(), table); },
        [&] { return TableDigest(leaf.sql(), table); }));
  // The batch has 430 MB of event data; a sixth of it would already be too much.
  const std::int64_t grown = PeakMemory(leaf.worker().pid()) - before;
  EXPECT_LT(grown, kAllowed) << "kB more than when idle";
}

// What is read ahead is measured, not guessed from the rows before.
TEST_F(WorkerMemory, StaysBoundedWhenManySmallRowsAreFollowedByLargeOnes) {
  constexpr const char* kTable = "create table big (id int primary key, a text)";
  StartRoot();
  root_->sql().Exec(kTable);
  root_->MustLondiste({"add-table", "big"});
  subscriber_.CreateNodeDatabase("db2");
  test_support::Node leaf(dir_, subscriber_, "db2", "node2", "q_teste_replica",
                          "work_memory = 16 MiB\n");
  leaf.sql().Exec(kTable);
  leaf.CreateLeaf(*root_);
  leaf.StartWorker();
  leaf.MustLondiste({"add-table", "big"});
  leaf.MustLondiste({"wait-sync"});
  const std::int64_t before = PeakMemory(leaf.worker().pid());
  // As events, since it takes a trigger long to encode so much.
  const auto insert = [](const std::string& value, const std::string& from_to) {
    return "select count(pgq.insert_event('q_teste_replica', 'I:id', 'id=' || i || '&a=' || " +
           value + ", 'public.big', null, null, null)) from generate_series(" + from_to + ") i;";
  };
  root_->sql().Exec("begin;" + insert("'small'", "1, 30000") +
                    insert("repeat(md5(i::text), 312500)", "30001, 30030") + "commit");
  leaf.MustLondiste({"wait-root"});
  EXPECT_TRUE(Eventually(120s, "all is there", [&] {
    return leaf.sql().Text("select count(*), sum(length(a)::int8) from big") == "30030|300150000\n";
  }));
  // 30 rows of 10 MB. One is in several hands at a time: as it came, kept, decoded, sent.
  const std::int64_t grown = PeakMemory(leaf.worker().pid()) - before;
  EXPECT_LT(grown, kAllowed + 10 * 10'000) << "kB more than when idle";
}

}  // namespace
}  // namespace e2e
