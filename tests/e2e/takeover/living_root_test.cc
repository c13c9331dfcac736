// A living root hands over: takeover, switchover, and the way back.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class LivingRoot : public TakeoverStory {};

TEST_F(LivingRoot, ABranchTakesOver) {
  StartCascade();
  const auto plan = node("node2").Londiste({"takeover", "node1", "--dry-run"});
  std::printf("%s%s", plan.out.c_str(), plan.err.c_str());
  EXPECT_EQ(Type("node1"), "root");
  const auto result = node("node2").Londiste({"takeover", "node1", "--verify=full"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 0);
  EXPECT_NE(result.err.find("1 table, 11 rows, equal in number and checksum"), std::string::npos);
  EXPECT_EQ(result.err.find("has no effect"), std::string::npos) << result.err;
  EXPECT_EQ(Type("node2"), "root");
  EXPECT_EQ(Type("node1"), "branch");
  EXPECT_EQ(Provider("node1"), "node2");
  EXPECT_EQ(Provider("node3"), "node1");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
  const auto status = node("node2").Londiste({"status"});
  std::printf("%s%s", status.out.c_str(), status.err.c_str());
  std::printf("%s\n", root_->sql().Error("insert into t values (100000, 'x')").c_str());
}

TEST_F(LivingRoot, ASwitchoverGoesThereAndBack) {
  StartCascade();
  root_->sql().Exec("select nextval('s') from generate_series(1, 7)");
  auto result = node("node4").Londiste({"switchover", "node2", "--verify=full"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Type("node2"), "root");
  EXPECT_EQ(node("node2").sql().Value("select nextval('s')"), "8");
  ExpectAllFollow(node("node2"));
  ExpectAtRest();
  result = node("node2").Londiste({"switchover", "node1", "--verify=counts", "--json"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Type("node1"), "root");
  EXPECT_EQ(root_->sql().Value("select nextval('s')"), "9");
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
