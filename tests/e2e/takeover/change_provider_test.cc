// A node moves to another provider under load; what speaks against it is said before.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class ChangeProvider : public TakeoverStory {};

TEST_F(ChangeProvider, ALeafAndABranchMoveAndNothingIsAppliedTwice) {
  StartCascade();
  const int first = next_id_;
  InsertOn(*root_, first, first + 20);
  next_id_ = first + 21;
  auto result = node("node4").MustLondiste({"change-provider", "--provider=node2"});
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
}

TEST_F(ChangeProvider, WhatCannotWorkIsRefused) {
  StartCascade();
  struct Refusal {
    std::string at, provider, reason;
    int status;
  };
  for (const Refusal& refusal :
       {Refusal{"node3", "", "Please specify --provider", 2},
        Refusal{"node3", "nodex", "Node 'nodex' not found", 1},
        Refusal{"node3", "host=a dbname=b", "takes a node's name, not a connection string", 2},
        Refusal{"node3", "node4", "node node4 is a leaf: nodes cannot read from it", 1},
        Refusal{"node3", "node4", "node node4 gets its changes from node node3", 1},
        Refusal{"node1", "node2", "node node1 is the root: it reads from no node", 1}}) {
    std::vector<std::string> words = {"change-provider"};
    if (!refusal.provider.empty()) words.push_back("--provider=" + refusal.provider);
    const auto result = node(refusal.at).Londiste(words);
    EXPECT_EQ(result.status, refusal.status) << result.err;
    EXPECT_NE(result.err.find(refusal.reason), std::string::npos) << result.err;
  }
  node("node4").MustLondiste({"pause"});
  const auto result = node("node4").Londiste({"change-provider", "--provider=node2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("the worker of node node4 is paused"), std::string::npos) << result.err;
  node("node4").MustLondiste({"resume"});
  ExpectAllFollow(*root_);
  ExpectAtRest();
}

}  // namespace
}  // namespace e2e
