// An old root comes back after a branch took over, with all daemons. The takeover is made by hand:
// the branch is promoted, and holds the old root's gravestone.
#include <gmock/gmock.h>

#include "e2e/worker_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using test_support::Eventually;
using testing::HasSubstr;
using testing::Not;

class SupersededStory : public WorkerStory {};

TEST_F(SupersededStory, AnOldRootThatComesBackAcceptsNoChanges) {
  StartRoot();
  const auto branch = AddBranch();
  Insert(1, 3);
  ASSERT_TRUE(BecomesEqual(*branch));
  root_->worker().Kill();
  pgqd_->Kill();
  root_->DropSession();
  provider_.Kill();
  branch->sql().Exec(
      "select pgq_node.register_location('q_teste_replica', 'node1', null, true);"
      "select pgq_node.promote_branch('q_teste_replica');"
      "select pgq.register_consumer_at('q_teste_replica', 'node1.gravestone', max(tick_id)) from "
      "pgq.tick");
  branch->sql().Exec("insert into t values (4, 'on the new root')");

  provider_.CrashRestart();
  root_->sql().Exec("insert into t values (5, 'too late')");  // nobody is there yet
  pgqd_ = test_support::StartPgqd(dir_, provider_, "pgqd_again");
  root_->StartWorker();
  EXPECT_TRUE(Eventually(60s, "the queue is closed", [&] {
    return root_->sql().Value("select queue_disable_insert from pgq.queue") == "t";
  }));
  EXPECT_THAT(root_->sql().Error("insert into t values (6, 'refused')"), HasSubstr("disallowed"));
  EXPECT_TRUE(Eventually(60s, "the condition", [&] {
    return root_->sql().Value("select count(*) from pgq.condition where kind = 'superseded'") ==
           "1";
  }));
  EXPECT_THAT(
      root_->MustLondiste({"node-status"}).out,
      HasSubstr("ERROR: node \"node2\" took over as root of queue \"q_teste_replica\" at "));
  EXPECT_THAT(root_->Log(), Not(HasSubstr("crashed: ")));
  branch->sql().Exec("insert into t values (7, 'on the new root')");
}

}  // namespace
}  // namespace e2e
