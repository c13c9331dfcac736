// A node moves to another provider under load; what speaks against it is said before.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class ChangeProvider : public TakeoverStory {};

TEST_F(ChangeProvider, ALeafAndABranchMoveAndNothingIsAppliedTwice) {
  StartCascade();
  const int first = next_id_;
  test_support::Process writer({"londiste", "--version"});  // keeps the toolchain honest
  InsertOn(*root_, first, first + 20);
  next_id_ = first + 21;
  auto result = node("node4").MustLondiste({"change-provider", "--provider=node2"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(Provider("node4"), "node2");
  InsertOn(*root_, next_id_, next_id_ + 5);
  next_id_ += 6;
  node("node3").MustLondiste({"change-provider", "--provider=node2"});
  EXPECT_EQ(Provider("node3"), "node2");
  ExpectAllFollow(*root_);
  for (const char* name : {"node2", "node3", "node4"})
    EXPECT_TRUE(AppliedOnce(node(name), first, next_id_ - 1));
  ExpectAtRest();
  result = node("node4").MustLondiste({"change-provider", "--provider=node2"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
}

TEST_F(ChangeProvider, WhatCannotWorkIsRefused) {
  StartCascade();
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"change-provider"},
                                             {"change-provider", "--provider=nodex"},
                                             {"change-provider", "--provider=host=a dbname=b"},
                                             {"change-provider", "--provider=node4"}}) {
    const auto result = node("node3").Londiste(words);
    std::printf("%s%s", result.out.c_str(), result.err.c_str());
    EXPECT_NE(result.status, 0);
  }
  auto result = root_->Londiste({"change-provider", "--provider=node2"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 1);
  node("node4").MustLondiste({"pause"});
  result = node("node4").Londiste({"change-provider", "--provider=node2"});
  std::printf("%s%s", result.out.c_str(), result.err.c_str());
  EXPECT_EQ(result.status, 1);
  node("node4").MustLondiste({"resume"});
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
