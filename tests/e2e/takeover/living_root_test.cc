// A living root hands over: takeover, switchover, and the way back.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class LivingRoot : public TakeoverStory {};

TEST_F(LivingRoot, ABranchTakesOver) {
  StartCascade();
  const auto plan = node("node2").Londiste({"takeover", "node1", "--dry-run"});
  EXPECT_EQ(plan.status, 0) << plan.err;
  EXPECT_NE(plan.out.find("stop-writes           node1            to do"), std::string::npos)
      << plan.out;
  EXPECT_EQ(Type("node1"), "root");
  const auto result = node("node2").Londiste({"takeover", "node1", "--verify=full"});
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.err.find("1 table, 11 rows, equal in number and checksum"), std::string::npos);
  EXPECT_EQ(result.err.find("has no effect"), std::string::npos) << result.err;
  EXPECT_EQ(Type("node2"), "root");
  EXPECT_EQ(Type("node1"), "branch");
  EXPECT_EQ(Provider("node1"), "node2");
  EXPECT_EQ(Provider("node3"), "node1");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
  const auto status = node("node2").MustLondiste({"status"});
  EXPECT_NE(status.out.find("\nnode2 (root)\n"), std::string::npos) << status.out;
  EXPECT_NE(status.out.find("  +--: node1 (branch)\n"), std::string::npos) << status.out;
}

TEST_F(LivingRoot, ASwitchoverGoesThereAndBack) {
  StartCascade();
  root_->sql().Exec("select nextval('s') from generate_series(1, 7)");
  auto result = node("node4").Londiste({"switchover", "node2", "--verify=full"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Type("node2"), "root");
  EXPECT_EQ(node("node2").sql().Value("select nextval('s')"), "8");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
  result = node("node2").Londiste({"switchover", "node1", "--verify=counts", "--json"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.out.starts_with("{\n  \"procedure\": \"switchover from node2 to node1\",\n"))
      << result.out;
  EXPECT_EQ(Type("node1"), "root");
  EXPECT_EQ(root_->sql().Value("select nextval('s')"), "9");
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

TEST_F(LivingRoot, WhoWaitsForVerifySeesHowFarItIs) {
  StartCascade();
  const auto result = test_support::Run(
      {"londiste", node("node2").ini(), "switchover", "node2", "--verify=full"},
      {.environment = {{"SKYTOOLS_FAILPOINT", "compare_after_piece=sleep:11000"}}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.err.find(" INFO verify: read 22 rows and "), std::string::npos) << result.err;
  EXPECT_EQ(Type("node2"), "root");
}

}  // namespace
}  // namespace e2e
