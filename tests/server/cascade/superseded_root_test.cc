// An old root that comes back after another node took over, in this process. The new root is made
// by hand: a branch that was promoted and holds the old root's gravestone.
#include <gmock/gmock.h>

#include "server/cascade/worker_fixture.h"
#include "support/relay.h"

namespace cascade {
namespace {

using testing::HasSubstr;
using testing::Not;

class SupersededRootTest : public WorkerTest {
 protected:
  // The worker under test is that of node "root".
  void CreateRoots() {
    CreateNodes("branch");
    root_->Exec(
        "update pgq_node.node_info set worker_name = 'worker'; update pgq_node.local_state set "
        "consumer_name = 'worker'");
    new_root_connstr_ = node_connstr_;
    node_connstr_ = root_connstr_;
    new_root_ = std::move(node_);
    node_ = std::make_unique<test_support::Sql>(node_connstr_);
    new_root_->Exec("select pgq_node.promote_branch('q')");
  }
  void LayGravestone() {
    new_root_->Exec(
        "select pgq.register_consumer_at('q', 'root.gravestone', max(tick_id)) from pgq.tick");
  }
  std::string Write() { return root_->Error("select pgq.insert_event('q', 'late', '1')"); }
  testing::AssertionResult Superseded() {
    return Eventually(
               10s, "the condition",
               [&] {
                 return Conditions().starts_with(
                     "superseded root error: node \"node\" took over as root of queue \"q\" at 20");
               })
           << Conditions() << observer_.log();
  }
  testing::AssertionResult WatermarksPublished(const std::string& at_least) {
    return Eventually(10s, at_least + " watermark events", [&] {
      return root_->Value("select count(*) >= " + at_least +
                          " from pgq.event_template where ev_type = 'pgq.global-watermark'") == "t";
    });
  }

  std::string new_root_connstr_;
  std::unique_ptr<test_support::Sql> new_root_;
};

TEST_F(SupersededRootTest, ClosesItsQueueAtItsStartAndStaysClosed) {
  CreateRoots();
  LayGravestone();
  StartWorker();
  EXPECT_TRUE(Superseded());
  EXPECT_THAT(Conditions(), HasSubstr("; this node accepts no changes"));
  EXPECT_THAT(Write(), HasSubstr("disallowed"));
  EXPECT_EQ(root_->Value("select queue_external_ticker from pgq.queue"), "t");
  // Again, and the new root does not answer: it is what it is.
  StopWorker();
  root_->Exec(
      "update pgq_node.node_location set node_location = 'host=/nowhere' where node_name = "
      "'node'");
  conditions_ = pgq::Conditions("q");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "a debug line", [&] {
    return observer_.log().find("could not ask whether another node took over: node: ") !=
           std::string::npos;
  }));
  EXPECT_TRUE(Superseded());
  EXPECT_THAT(Write(), HasSubstr("disallowed"));
  EXPECT_THAT(observer_.log(), Not(HasSubstr("crashed")));
  EXPECT_EQ(root_->Value("select pgq_node.maint_watermark('q')"), "0") << "as pgqd does";
}

TEST_F(SupersededRootTest, ClosesItWhenItLearnsOfItLater) {
  CreateRoots();
  global_wm_publish_period_ = 100ms;
  StartWorker();
  EXPECT_TRUE(WatermarksPublished("3"));
  EXPECT_EQ(Conditions(), "(null)");
  LayGravestone();
  EXPECT_TRUE(Superseded());
  EXPECT_THAT(Write(), HasSubstr("disallowed"));
  EXPECT_THAT(observer_.log(), Not(HasSubstr("crashed")));
  // Its node joins the new root.
  StopWorker();
  root_->Exec("select pgq_node.demote_root('q', 2, null)");
  new_root_->Exec(
      "select pgq.ticker('q'); select pgq.unregister_consumer('q', 'root.gravestone');"
      "select pgq_node.register_location('q', 'root', '" +
      root_connstr_ +
      "', false);"
      "select pgq_node.register_subscriber('q', 'root', 'worker', max(tick_id)) from pgq.tick");
  root_->Exec(
      "select pgq_node.demote_root('q', 3, 'node');"
      "update pgq_node.local_state set last_tick_id = " +
      new_root_->Value("select max(tick_id) from pgq.tick"));
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "the condition has ended",
                         [&] { return Conditions().find("superseded") == std::string::npos; }));
}

TEST_F(SupersededRootTest, NeitherAnotherRootNorAGravestoneAloneDoIt) {
  CreateRoots();
  global_wm_publish_period_ = 100ms;
  StartWorker();  // a root without gravestone
  EXPECT_TRUE(WatermarksPublished("3"));
  LayGravestone();
  EXPECT_TRUE(Superseded());
  StopWorker();
  // As a branch of somebody: the takeover was taken back.
  new_root_->Exec("update pgq_node.node_info set node_type = 'branch'");
  root_->Exec("update pgq.queue set queue_disable_insert = false, queue_external_ticker = false");
  StartWorker();
  EXPECT_TRUE(Eventually(10s, "the condition has ended", [&] { return Conditions() == "(null)"; }));
  EXPECT_TRUE(WatermarksPublished("6"));
  EXPECT_EQ(Write(), "");
}

TEST_F(SupersededRootTest, DeadMembersAreNotAsked) {
  CreateRoots();
  LayGravestone();
  root_->Exec("select pgq_node.register_location('q', 'node', null, true)");
  global_wm_publish_period_ = 100ms;
  StartWorker();
  EXPECT_TRUE(WatermarksPublished("3"));
  EXPECT_EQ(Conditions(), "(null)");
}

// The loop goes on, and ends at once.
TEST_F(SupersededRootTest, AMemberThatDoesNotAnswerHoldsNothingUp) {
  CreateRoots();
  LayGravestone();
  test_support::Relay relay(*server_);
  relay.Freeze();
  root_->Exec("select pgq_node.register_location('q', 'node', '" +
              relay.Connstr(new_root_->Value("select current_database()")) + "', false)");
  global_wm_publish_period_ = 100ms;
  StartWorker();
  EXPECT_TRUE(WatermarksPublished("3"));
  EXPECT_EQ(Write(), "");
  const auto start = base::Clock::now();
  StopWorker();
  EXPECT_LT(base::Clock::now() - start, 4s) << "before the connect timeout";
  relay.Thaw();
  StartWorker();
  EXPECT_TRUE(Superseded());
}

}  // namespace
}  // namespace cascade
