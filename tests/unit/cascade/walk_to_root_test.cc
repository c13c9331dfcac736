// From a node to the root of its queue.
#include "cascade/walk_to_root.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/error.h"

namespace cascade {
namespace {

using testing::ElementsAre;

NodeInfo Node(const std::string& name, const std::string& provider) {
  NodeInfo node;
  node.name = name;
  node.type = provider.empty() ? NodeType::kRoot : NodeType::kBranch;
  node.provider_node = provider;
  node.provider_location = "host=" + provider;
  return node;
}

class WalkToRootTest : public testing::Test {
 protected:
  std::optional<NodeInfo> Walk(const std::string& from) {
    return WalkToRoot(nodes_.at(from),
                      [this](const std::string& name, const std::string& location) {
                        visited_.push_back(location);
                        const auto found = nodes_.find(name);
                        return found == nodes_.end() ? std::nullopt : std::optional(found->second);
                      });
  }
  void Add(const std::string& name, const std::string& provider) {
    nodes_[name] = Node(name, provider);
  }
  std::map<std::string, NodeInfo> nodes_;
  std::vector<std::string> visited_;
};

TEST_F(WalkToRootTest, VisitsEachProviderAtItsLocation) {
  Add("leaf", "branch");
  Add("branch", "root");
  Add("root", "");
  EXPECT_EQ(Walk("leaf").value().name, "root");
  EXPECT_THAT(visited_, ElementsAre("host=branch", "host=root"));
}

TEST_F(WalkToRootTest, ARootIsItsOwn) {
  Add("root", "");
  EXPECT_EQ(Walk("root").value().name, "root");
  EXPECT_THAT(visited_, ElementsAre());
}

TEST_F(WalkToRootTest, EndsWhereTheVisitorSaysSo) {
  Add("leaf", "branch");
  Add("branch", "gone");
  EXPECT_FALSE(Walk("leaf"));
  EXPECT_THAT(visited_, ElementsAre("host=branch", "host=gone"));
}

TEST_F(WalkToRootTest, RefusesToGoInCircles) {
  Add("a", "b");
  Add("b", "c");
  Add("c", "b");
  EXPECT_THROW(Walk("a"), base::Error);
  Add("own", "own");
  EXPECT_THROW(Walk("own"), base::Error);
}

}  // namespace
}  // namespace cascade
