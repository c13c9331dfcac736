#include "cascade/node_duties.h"

#include <array>

namespace cascade {
namespace {

using Copies = NodeDuties::Copies;

constexpr std::array kDuties = std::to_array<NodeDuties>({
    {.kind = NodeKind::kRoot, .name = "root", .publishes_global_watermark = true},
    {.kind = NodeKind::kBranch,
     .name = "branch",
     .reads_batches = true,
     .applies_batches = true,
     .copies = Copies::kIntoOwnQueue,
     .makes_ticks = true,
     .one_tick_batches = true},
    {.kind = NodeKind::kLeaf, .name = "leaf", .reads_batches = true, .applies_batches = true},
    {.kind = NodeKind::kMergeLeafOfRoot,
     .name = "leaf merged into a root",
     .reads_batches = true,
     .applies_batches = true,
     .copies = Copies::kIntoCombinedQueue},
    {.kind = NodeKind::kMergeLeafOfBranch,
     .name = "leaf merged into a branch",
     .reads_batches = true,
     .one_tick_batches = true},
});

NodeKind KindOf(const NodeInfo& node) {
  switch (node.type) {
    case NodeType::kRoot:
      return NodeKind::kRoot;
    case NodeType::kBranch:
      return NodeKind::kBranch;
    case NodeType::kLeaf:
      break;
  }
  if (!node.merge_leaf()) return NodeKind::kLeaf;
  // Nothing but a root's queue takes events, whatever else there may be.
  return node.combined_type == "root" ? NodeKind::kMergeLeafOfRoot : NodeKind::kMergeLeafOfBranch;
}

}  // namespace

const NodeDuties& DutiesOf(const NodeInfo& node) {
  return kDuties[static_cast<std::size_t>(KindOf(node))];
}

}  // namespace cascade
