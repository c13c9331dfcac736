// Names of nodes, and what is noted of them.
#include "e2e/takeover/takeover_fixture.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;

class NodeNames : public TakeoverStory {};

TEST_F(NodeNames, AnyNodeIsRenamedWhileChangesFlow) {
  StartCascade();
  for (const char* old_name : {"node1", "node3", "node4"}) {
    const auto result =
        node("node2").MustLondiste({"rename-node", old_name, std::string("new_") + old_name});
    ExpectAllFollow(*root_);
    ExpectAtRest();
  }
  EXPECT_EQ(Provider("node4"), "new_node3");
  EXPECT_EQ(Provider("node3"), "new_node1");
  for (const char* name : {"node1", "node2", "node3", "node4"})
    EXPECT_EQ(node(name).sql().Text("select node_name from pgq_node.node_location order by 1"),
              "new_node1\nnew_node3\nnew_node4\nnode2\n")
        << name;
  EXPECT_EQ(node("node2").Londiste({"rename-node", "node2", "new_node1"}).status, 1);
  EXPECT_EQ(node("node2").Londiste({"rename-node", "nobody", "x"}).status, 1);
  // The name is as good as the old one.
  node("node2").MustLondiste({"switchover", "node2"});
  ExpectAllFollow(node("node2"));
  node("node2").MustLondiste({"switchover", "new_node1"});
  ExpectAllFollow(*root_);
}

TEST_F(NodeNames, ANodeIsMarkedDeadAndAlive) {
  StartCascade();
  node("node2").MustLondiste({"tag-dead", "node4"});
  const auto dead = [&](const char* at) {
    return node(at).sql().Value(
        "select dead from pgq_node.node_location where node_name = 'node4'");
  };
  for (const char* at : {"node1", "node2", "node3"}) EXPECT_EQ(dead(at), "t") << at;
  EXPECT_NE(node("node2").MustLondiste({"members"}).out.find("node4            True"),
            std::string::npos);
  node("node3").MustLondiste({"tag-alive", "node4"});
  for (const char* at : {"node1", "node2", "node3", "node4"}) EXPECT_EQ(dead(at), "f") << at;
  EXPECT_EQ(node("node3").Londiste({"tag-dead", "node3"}).status, 1);
  EXPECT_EQ(node("node3").Londiste({"tag-dead"}).status, 2);
  ExpectAllFollow(*root_);
}

}  // namespace
}  // namespace e2e
