// Roots and branches that are gone: another node takes their place.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class DeadNode : public TakeoverStory {};

TEST_F(DeadNode, ABranchTakesOverFromADeadRoot) {
  StartCascade();
  auto result = node("node2").Londiste({"takeover", "node1", "--dead-root"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 1);
  root_->worker().Kill();
  pgqd_->Kill();
  provider_.Kill();
  result = node("node2").Londiste({"takeover", "node1"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 1);
  result = node("node2").Londiste({"takeover", "node1", "--dead-root", "--dry-run"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  result = node("node2").Londiste({"takeover", "node1", "--dead-root"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Type("node2"), "root");
  EXPECT_EQ(Provider("node3"), "node2");
  result = node("node4").Londiste({"status"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  InsertOn(node("node2"), 500, 510);
  for (const char* name : {"node3", "node4"})
    EXPECT_TRUE(test_support::EventuallyEqual(
        30s, [&] { return test_support::TableDigest(node("node2").sql(), "t"); },
        [&] { return test_support::TableDigest(node(name).sql(), "t"); }));
}

TEST_F(DeadNode, TheNodeThatIsFurthestIsFetchedFrom) {
  StartCascade();
  // node2 stands still while node3 goes on.
  node("node2").MustLondiste({"pause"});
  InsertOn(*root_, 300, 305);
  EXPECT_TRUE(test_support::EventuallyEqual(
      30s, [&] { return test_support::TableDigest(root_->sql(), "t"); },
      [&] { return test_support::TableDigest(node("node3").sql(), "t"); }));
  const std::string wanted = test_support::TableDigest(root_->sql(), "t");
  root_->worker().Kill();
  pgqd_->Kill();
  provider_.Kill();
  node("node2").Londiste({"resume"});
  const auto result = node("node2").Londiste({"takeover", "node1", "--dead-root"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(test_support::TableDigest(node("node2").sql(), "t"), wanted);
  EXPECT_EQ(Provider("node3"), "node2");
  InsertOn(node("node2"), 500, 510);
  EXPECT_TRUE(test_support::EventuallyEqual(
      30s, [&] { return test_support::TableDigest(node("node2").sql(), "t"); },
      [&] { return test_support::TableDigest(node("node4").sql(), "t"); }));
}

TEST_F(DeadNode, ABranchIsReplacedLivingAndDead) {
  StartCascade();
  auto result = node("node2").Londiste({"takeover", "node3", "--all"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(Provider("node3"), "node2");
  EXPECT_EQ(Provider("node4"), "node2");
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
