#include "cascade/node_duties.h"

#include <gtest/gtest.h>

namespace {

using cascade::DutiesOf;
using cascade::NodeDuties;
using cascade::NodeInfo;
using cascade::NodeKind;
using cascade::NodeType;
using Copies = NodeDuties::Copies;

NodeDuties Duties(NodeType type, const char* combined_type = nullptr) {
  NodeInfo node;
  node.type = type;
  if (combined_type) {
    node.combined_queue = "all";
    node.combined_type = combined_type;
  }
  return DutiesOf(node);
}

TEST(NodeDutiesTest, EachKindHasItsOwn) {
  const NodeDuties root = Duties(NodeType::kRoot);
  EXPECT_EQ(root.kind, NodeKind::kRoot);
  EXPECT_FALSE(root.reads_batches);
  EXPECT_TRUE(root.publishes_global_watermark);

  const NodeDuties branch = Duties(NodeType::kBranch);
  EXPECT_EQ(branch.kind, NodeKind::kBranch);
  EXPECT_TRUE(branch.makes_ticks && branch.one_tick_batches && branch.applies_batches);
  EXPECT_EQ(branch.copies, Copies::kIntoOwnQueue);

  const NodeDuties leaf = Duties(NodeType::kLeaf);
  EXPECT_EQ(leaf.kind, NodeKind::kLeaf);
  EXPECT_TRUE(leaf.applies_batches);
  EXPECT_EQ(leaf.copies, Copies::kNothing);

  const NodeDuties of_root = Duties(NodeType::kLeaf, "root");
  EXPECT_EQ(of_root.kind, NodeKind::kMergeLeafOfRoot);
  EXPECT_TRUE(of_root.applies_batches);
  EXPECT_FALSE(of_root.makes_ticks || of_root.waits_behind());
  EXPECT_EQ(of_root.copies, Copies::kIntoCombinedQueue);

  const NodeDuties of_branch = Duties(NodeType::kLeaf, "branch");
  EXPECT_EQ(of_branch.kind, NodeKind::kMergeLeafOfBranch);
  EXPECT_TRUE(of_branch.waits_behind() && of_branch.one_tick_batches);
  EXPECT_EQ(of_branch.copies, Copies::kNothing);
}

// No events go into anything but a root's queue.
TEST(NodeDutiesTest, WhatIsNoRootTakesNoEvents) {
  EXPECT_EQ(Duties(NodeType::kLeaf, "leaf").copies, Copies::kNothing);
  EXPECT_EQ(Duties(NodeType::kLeaf, "").copies, Copies::kNothing);
  EXPECT_EQ(Duties(NodeType::kLeaf, "leaf").kind, NodeKind::kMergeLeafOfBranch);
}

}  // namespace
