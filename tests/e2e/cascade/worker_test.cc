// Rows, ticks and event ids through a cascade: root to leaf, root to branch to leaf.
#include <unistd.h>

#include "base/clock.h"
#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using test_support::EventuallyEqual;

class WorkerCascade : public WorkerStory {};

TEST_F(WorkerCascade, ALeafFollowsEveryKindOfChange) {
  StartRoot();
  Insert(1, 5);
  const auto leaf = AddLeaf();
  Insert(6, 20);
  root_->sql().Exec("update t set v = 'changed' where id % 3 = 0");
  root_->sql().Exec("delete from t where id % 5 = 0");
  EXPECT_TRUE(BecomesEqual(*leaf));
  root_->sql().Exec("truncate t");
  root_->sql().Exec("insert into t select i, repeat('x', i) from generate_series(1, 2000) i");
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(leaf->sql().Value("select count(*) from t"), "2000");
  EXPECT_EQ(leaf->sql().Error("delete from t"),
            "Table 'public.t' to queue 'q_teste_replica': change not allowed (D)");
}

TEST_F(WorkerCascade, ABranchHoldsTheSameTicksAndEventsAndFeedsALeaf) {
  StartRoot();
  Insert(1, 5);
  const auto branch = AddBranch();
  const auto leaf = AddNode("leaf", "node3", *branch, subscriber_);
  Insert(6, 30);
  EXPECT_TRUE(BecomesEqual(*branch));
  EXPECT_TRUE(BecomesEqual(*leaf));
  EXPECT_EQ(branch->sql().Error("delete from t"), "Insert into queue disallowed");

  const std::string events =
      "select ev_id, ev_time, ev_type, ev_data, ev_extra1 from pgq.event_template where ev_extra1 "
      "= 'public.t'"
      " and ev_type like 'I%' and ev_data like '%id=%' and ev_data similar to "
      "'%id=([6-9]|[12][0-9]|30)(&%)?' order by ev_id";
  EXPECT_EQ(branch->sql().Text(events), root_->sql().Text(events));
  EXPECT_NE(branch->sql().Text(events), "");
  // The branch began later, so it lacks the oldest ticks; from its first own tick on, all are the
  // same.
  const std::string first =
      branch->sql().Value("select min(tick_id) from pgq.tick where tick_id > 1");
  const std::string ticks =
      "select tick_id from pgq.tick where tick_id > " + first + " order by tick_id";
  EXPECT_TRUE(EventuallyEqual(
      30s, [&] { return branch->sql().Text(ticks); }, [&] { return root_->sql().Text(ticks); }));
}

TEST_F(WorkerCascade, ABranchKeepsItsTicksRightOverARestart) {
  StartRoot();
  const auto branch = AddBranch();
  Insert(1, 5);
  EXPECT_TRUE(BecomesEqual(*branch));
  EXPECT_EQ(branch->StopWorker(), 0);
  branch->StartWorker();
  Insert(6, 10);
  EXPECT_TRUE(BecomesEqual(*branch));
  EXPECT_EQ(branch->sql().Value("select count(*) from (select tick_event_seq < lag(tick_event_seq) "
                                "over (order by tick_id) as back"
                                " from pgq.tick) t where back"),
            "0");
}

TEST_F(WorkerCascade, AQueueOnlyBranchServesItsChildren) {
  StartRoot();
  subscriber_.CreateDatabase("db_relay");
  test_support::Node relay(dir_, subscriber_, "db_relay", "relay");
  relay.CreateBranch(*root_);
  relay.StartWorker();
  EXPECT_TRUE(Eventually(30s, "the table is known on the branch", [&] {
    return relay.sql().Value("select count(*) from londiste.table_info") == "1";
  }));
  Insert(1, 10);
  EXPECT_TRUE(Eventually(30s, "the branch holds the events", [&] {
    return relay.sql().Value("select count(*) from pgq.event_template where ev_type like 'I%'") ==
           "10";
  }));
}

TEST_F(WorkerCascade, PublishedSequencesStayAheadOfAFastWriter) {
  StartRoot();
  root_->sql().Exec("create sequence s");
  root_->MustLondiste({"add-seq", "s"});
  subscriber_.CreateDatabase("db_seq");
  test_support::Node leaf(dir_, subscriber_, "db_seq", "leaf");
  leaf.sql().Exec("create sequence s");
  leaf.CreateLeaf(*root_);
  leaf.StartWorker();
  EXPECT_TRUE(Eventually(30s, "the sequence is known on the leaf", [&] {
    return leaf.sql().Value("select count(*) from londiste.seq_info") == "1";
  }));
  leaf.MustLondiste({"add-seq", "s"});
  // 5000 values a second, for eight seconds.
  for (int i = 0; i < 160; ++i) {
    const auto next = base::Clock::now() + 50ms;
    const long used =
        std::stol(root_->sql().Value("select max(nextval('s')) from generate_series(1, 250)"));
    EXPECT_GT(std::stol(leaf.sql().Value("select last_value from s")), used)
        << "after " << i * 50 << " ms";
    while (base::Clock::now() < next) usleep(1000);
  }
}

}  // namespace
}  // namespace e2e
