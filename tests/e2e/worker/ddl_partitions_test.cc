// With "ddl replicate" partitions follow to nodes that are partitioned the same, otherwise, or not
// at all.
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::EventuallyEqual;
using test_support::Node;

class DdlPartitions : public WorkerStory {
 protected:
  // `parts` on the root and with `ddl replicate`; below it a branch that is partitioned the same,
  // below that a leaf that is partitioned by halves, and a leaf of the root without partitions.
  void Start();
  void Add(Node& node, const std::string& create);
  testing::AssertionResult Equal();
  static std::string Partitions(Node& node) {
    return node.sql().Value(
        "select coalesce(string_agg(c.relname || ' ' || pg_get_expr(c.relpartbound, c.oid), ', ' "
        "order by c.relname), '') from pg_partition_tree('parts') p join pg_class c on c.oid = "
        "p.relid where p.level > 0");
  }

  static constexpr const char* kTable = "create table parts (id int primary key, v text)";
  test_support::PostgresServer third_, fourth_;
  std::unique_ptr<Node> same_, halves_, plain_;
};

void DdlPartitions::Add(Node& node, const std::string& create) {
  node.sql().Exec(create);
  node.MustLondiste({"add-table", "parts", "--wait-sync"});
}

void DdlPartitions::Start() {
  StartRoot();
  const std::string by_ten = std::string(kTable) +
                             " partition by range (id); create table parts_0 partition of parts "
                             "for values from (0) to (10)";
  root_->sql().Exec(by_ten);
  root_->MustLondiste({"add-table", "parts"});
  root_->MustLondiste({"ddl", "replicate"});
  root_->sql().Exec("insert into parts values (1, 'one'), (2, 'two')");
  same_ = AddBranch();
  Add(*same_, by_ten);
  halves_ = AddNode("leaf", "node3", *same_, third_);
  Add(*halves_, std::string(kTable) +
                    " partition by range (id); create table low partition of parts for values "
                    "from (minvalue) to (25); create table high partition of parts default");
  plain_ = AddNode("leaf", "node4", *root_, fourth_);
  Add(*plain_, kTable);
}

testing::AssertionResult DdlPartitions::Equal() {
  const auto rows = [](Node& node) {
    return node.sql().Value("select string_agg(p::text, ' ' order by id) from parts p");
  };
  for (Node* node : {same_.get(), halves_.get(), plain_.get()}) {
    const auto equal = EventuallyEqual(
        30s, [&] { return rows(*root_); }, [&] { return rows(*node); });
    if (!equal)
      return testing::AssertionFailure() << node->name() << ": " << equal.message() << node->Log();
  }
  return EventuallyEqual(
      10s, [&] { return Partitions(*root_); }, [&] { return Partitions(*same_); });
}

TEST_F(DdlPartitions, ComeAndGoInTheirPlaceAmongTheRows) {
  Start();
  root_->sql().Exec(
      "insert into parts values (3, 'three'); create table parts_1 partition of parts for values "
      "from (10) to (20); insert into parts values (11, 'eleven'); truncate parts_0; insert into "
      "parts values (4, 'four')");
  EXPECT_TRUE(Equal());
  // What one has of its own is there where the partition is.
  root_->sql().Exec(
      "create index own_index on parts_0 (v); alter table parts_0 add constraint own check (id < "
      "10), alter v set default 'own'; insert into parts_0 (id) values (5)");
  EXPECT_TRUE(Equal());
  const std::string own =
      "select kind, name, definition from londiste._partition_parts('parts'::regclass) order by 1";
  EXPECT_EQ(same_->sql().Text(own), root_->sql().Text(own));
  EXPECT_EQ(halves_->sql().Text(own), "");
  root_->sql().Exec("drop index own_index; delete from parts where id = 5");
  // With rows, some of them from the same transaction, and changes before and after.
  root_->sql().Exec(
      "begin; create table parts_2 (id int not null, v text); insert into parts_2 select n, 'row ' "
      "|| n from generate_series(20, 29) n; update parts_2 set v = null where id = 21; alter table "
      "parts attach partition parts_2 for values from (20) to (30); update parts set v = 'later' "
      "where id = 22; delete from parts where id = 23; commit");
  EXPECT_TRUE(Equal());
  root_->sql().Exec("alter table parts detach partition parts_2");
  EXPECT_TRUE(Equal());
  EXPECT_EQ(same_->sql().Value("select count(*) from parts_2"), "9");
  root_->sql().Exec(
      "insert into parts_2 values (23, 'again'); alter table parts attach partition parts_2 for "
      "values from (20) to (30)");
  EXPECT_TRUE(Equal());
  root_->sql().Exec("alter table parts detach partition parts_2 concurrently");
  EXPECT_TRUE(Equal());
  root_->sql().Exec("drop table parts_1; insert into parts values (5, 'five')");
  EXPECT_TRUE(Equal());
  // A script that every node runs is not published again: the branch below has noted it, too.
  EXPECT_EQ(root_->sql().Text("select kind, subject from pgq.get_conditions('q_teste_replica')"),
            "");
  EXPECT_EQ(root_->sql().Value("select count(*) from parts"), "2");

  // The next root follows on.
  const auto ticker = test_support::StartPgqd(dir_, subscriber_, "pgqd2");
  root_->MustLondiste({"switchover", "node2"});
  root_.swap(same_);
  root_->sql().Exec(
      "create table parts_3 partition of parts for values from (30) to (40); insert into parts "
      "values (31, 'x'); truncate parts_0");
  EXPECT_TRUE(Equal());
  EXPECT_EQ(root_->sql().Text("select kind, subject from pgq.get_conditions('q_teste_replica')"),
            "");
}

// Whatever the worker was doing when it died, the rows of a partition come and go once.
TEST_F(DdlPartitions, AKilledWorkerRepeatsNothing) {
  Start();
  int from = 100;
  for (const char* failpoint : {"batch_after_first_events", "batch_before_set_completed",
                                "batch_before_commit", "batch_after_commit"}) {
    for (Node* node : {same_.get(), plain_.get()}) {
      EXPECT_EQ(node->StopWorker(), 0);
      node->StartWorker({{"SKYTOOLS_FAILPOINT", std::string(failpoint) + "=kill"}});
    }
    const std::string table = "parts_" + std::to_string(from);
    const std::string bound =
        " for values from (" + std::to_string(from) + ") to (" + std::to_string(from + 10) + ")";
    root_->sql().Exec(
        "create table " + table + " (like parts); insert into " + table + " select " +
        std::to_string(from) + " + n from generate_series(0, 9) n; alter table parts " +
        "attach partition " + table + bound + "; truncate parts_0; insert into parts " +
        "values (1); update parts set v = 'x'");
    if (from > 100)
      root_->sql().Exec("alter table parts detach partition parts_" + std::to_string(from - 10) +
                        "; drop table parts_" + std::to_string(from - 10));
    from += 10;
    for (Node* node : {same_.get(), plain_.get()}) {
      for (int n = 0; n < 20 && !node->worker().Wait(500ms); ++n)
        Insert(from * 100 + n, from * 100 + n);
      EXPECT_EQ(node->worker().Wait(10s), 128 + 9);
      node->StartWorker();
    }
    EXPECT_TRUE(Equal()) << failpoint;
  }
}

}  // namespace
}  // namespace e2e
