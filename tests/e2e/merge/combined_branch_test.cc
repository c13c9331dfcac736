// Two databases hold the same merged tables: one is the combined queue's root, which the parts are
// merged into, the other a branch below it. Whoever of the two is root, each change of a part is in
// each of them once.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "e2e/merge_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::Node;
using testing::HasSubstr;

class CombinedBranch : public MergeStory {
 protected:
  void StartBoth() {
    StartParts(50);
    a_ = Combine("a");
    StartWorkers(a_);
    AddTable(a_);
    b_ = Combine("b", a_.combined.get());
    StartWorkers(b_);
    AddTable(b_);
    EXPECT_EQ(States(b_), "all ok, q1 ok, q2 ok");
  }

  static std::string Position(CombinedDatabase& database, const std::string& queue) {
    return database.sql().Value("select worker_last_tick from pgq_node.get_node_info('" + queue +
                                "')");
  }
  static std::string AtProvider(Node& root, const Node& leaf, const std::string& queue) {
    return root.sql().Value("select last_tick from pgq.get_consumer_info('" + queue + "', '" +
                            leaf.name() + "_worker')");
  }
  // Of the leafs of both, below which nothing is applied now.
  static testing::AssertionResult PositionsBecomeEqual(CombinedDatabase& one,
                                                       CombinedDatabase& other) {
    return test_support::EventuallyEqual(
        60s, [&] { return Position(one, "q1") + " " + Position(one, "q2"); },
        [&] { return Position(other, "q1") + " " + Position(other, "q2"); });
  }

  static void SwapRoles(CombinedDatabase& root, CombinedDatabase& branch) {
    branch.combined->MustLondiste({"takeover", root.combined->name()});
    EXPECT_EQ(branch.sql().Value("select node_type from pgq_node.get_node_info('all')"), "root");
    for (CombinedDatabase* database : {&root, &branch})
      EXPECT_EQ(database->sql().Value("select count(*) from pgq_node.local_state where paused"),
                "0");
  }

  // Inserts the next rows, until it is stopped; then next() is the first that was not.
  class Writer {
   public:
    Writer(std::string connstr, std::string part, int first) : next_(first) {
      thread_ = std::thread([this, connstr = std::move(connstr), part = std::move(part)] {
        test_support::Sql sql(connstr);
        for (; !stop_; next_ += 2) {
          sql.Exec("insert into t values (" + std::to_string(next_) + ", '" + part + "', 'new')");
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
      });
    }
    ~Writer() { Stop(); }
    int Stop() {
      stop_ = true;
      if (thread_.joinable()) thread_.join();
      return next_;
    }

   private:
    std::atomic<bool> stop_{false};
    int next_;
    std::thread thread_;
  };

  // No row is missing on either, and none was applied twice.
  testing::AssertionResult EachRowOnce(CombinedDatabase& database) {
    const std::string wrong = database.sql().Text(
        "select coalesce(t.id, a.id), a.times from (select * from t where v = 'new') t full join "
        "(select id, count(*) as times from applied_rows where op = 'INSERT' group by 1) a using "
        "(id) where times is distinct from 1 order by 1");
    if (wrong.empty()) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "row|times applied on " << database.combined->name() << ":\n"
           << wrong << database.part1->Log() << database.combined->Log();
  }

  CombinedDatabase a_, b_;
};

TEST_F(CombinedBranch, GetsTheRowsWithTheCombinedQueueAndThePartsPositions) {
  StartBoth();
  Insert(last_ + 1, last_ + 10);
  EXPECT_TRUE(IsMerged(a_));
  EXPECT_TRUE(IsMerged(b_));
  EXPECT_TRUE(EachRowOnce(b_));
  EXPECT_TRUE(PositionsBecomeEqual(a_, b_));
  // The parts need not keep events for it.
  EXPECT_TRUE(Eventually(60s, "batches are finished", [&] {
    return AtProvider(*root1_, *b_.part1, "q1") == Position(b_, "q1") &&
           AtProvider(*root2_, *b_.part2, "q2") == Position(b_, "q2");
  }));
  // The same events under the same ids.
  const std::string events =
      "select ev_id, ev_type, ev_data, ev_extra1 from pgq.event_template where ev_type like 'I%' "
      "order by ev_id desc limit 10";
  EXPECT_EQ(a_.sql().Text(events), b_.sql().Text(events));
  // Members of the part queues are known here, too.
  root1_->sql().Exec(
      "select pgq_node.register_location('q1', 'new_member', 'host=nowhere', "
      "false)");
  EXPECT_TRUE(Eventually(60s, "the member is known", [&] {
    return b_.sql().Value(
               "select count(*) from pgq_node.node_location where node_name = "
               "'new_member'") == "1";
  }));
  const auto refused = b_.part1->Londiste({"resync", "t"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("the rows of this node come with queue all"));
}

TEST_F(CombinedBranch, ChangesRolesWithTheRootWhileRowsCome) {
  StartBoth();
  const int first = last_ + 1;
  Writer writer1(root1_->connstr(), "part1", first | 1);
  Writer writer2(root2_->connstr(), "part2", (first + 1) & ~1);
  const auto progress = [&](CombinedDatabase& database) {
    const std::string now = database.sql().Value("select count(*) from t");
    EXPECT_TRUE(Eventually(60s, "rows go on", [&] {
      return std::stoll(database.sql().Value("select count(*) from t")) > std::stoll(now) + 20;
    }));
  };
  progress(b_);
  SwapRoles(a_, b_);
  progress(a_);
  SwapRoles(b_, a_);
  progress(b_);
  SwapRoles(a_, b_);
  progress(a_);
  writer1.Stop();
  writer2.Stop();
  for (CombinedDatabase* database : {&a_, &b_}) {
    EXPECT_TRUE(IsMerged(*database));
    EXPECT_TRUE(EachRowOnce(*database));
  }
  // Halfway, too.
  test_support::Run({"londiste", a_.combined->ini(), "takeover", b_.combined->name()},
                    {.environment = {{"SKYTOOLS_FAILPOINT", "procedure_after_step=kill@9"}},
                     .directory = dir_.path()});
  SwapRoles(b_, a_);
  Insert(100001, 100010);
  for (CombinedDatabase* database : {&a_, &b_}) EXPECT_TRUE(EachRowOnce(*database));
  EXPECT_THAT(b_.part1->Log(),
              HasSubstr("changed from leaf merged into a branch to leaf merged into a root"));
}

// The root is gone with rows that it had and the branch had not.
TEST_F(CombinedBranch, TakesUpThePartsWhereTheCombinedQueueEnded) {
  StartBoth();
  Insert(last_ + 1, last_ + 10);
  EXPECT_TRUE(IsMerged(b_));
  EXPECT_EQ(b_.combined->StopWorker(), 0);
  Insert(last_ + 1, last_ + 10);
  EXPECT_TRUE(IsMerged(a_));
  for (Node* node : a_.all()) node->worker().Kill();
  Insert(last_ + 1, last_ + 4);
  EXPECT_EQ(b_.sql().Value("select count(*) from t"), "110");
  b_.sql().Exec("select pgq_node.promote_branch('all')");
  b_.combined->StartWorker();
  EXPECT_TRUE(IsMerged(b_));
  EXPECT_TRUE(EachRowOnce(b_));
}

}  // namespace
}  // namespace e2e
