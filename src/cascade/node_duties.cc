#include "cascade/node_duties.h"

#include <array>

#include "base/text.h"

namespace cascade {
namespace {

using Copies = NodeDuties::Copies;

constexpr const char* kSyncWatermark = "sync_watermark";

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

bool HasOwnWatermark(const NodeInfo& node) {
  return node.type == NodeType::kBranch && node.attrs.contains(kSyncWatermark);
}

std::vector<std::string> SyncWatermarkNodes(const NodeInfo& node) {
  std::vector<std::string> names;
  const auto found = node.attrs.find(kSyncWatermark);
  if (found == node.attrs.end() || !found->second) return names;
  std::string_view left = *found->second;
  while (!left.empty()) {
    const std::string_view name = base::Trim(base::TakeUntil(left, ','));
    if (!name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace cascade
