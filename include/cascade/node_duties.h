// What the worker of a node has to do, by the kind of its node: the one place where that is
// decided.
#pragma once

#include <string>
#include <vector>

#include "cascade/node.h"

namespace cascade {

// A merge leaf's events go on into a combined queue of the same database, whose own node there is a
// root, or a branch that gets them from another combined root.
enum class NodeKind { kRoot, kBranch, kLeaf, kMergeLeafOfRoot, kMergeLeafOfBranch };

struct NodeDuties {
  NodeKind kind = NodeKind::kRoot;
  const char* name = "";  // for messages
  bool reads_batches = false;
  // Rows, scripts, everything: false where only the queue's bookkeeping is done, and only of
  // batches that the node holds already.
  bool applies_batches = false;
  enum class Copies { kNothing, kIntoOwnQueue, kIntoCombinedQueue };
  Copies copies = Copies::kNothing;
  bool makes_ticks = false;  // the provider's, in its own queue
  // A batch is a tick's, however many wait: its ticks are made again here, or the position, which
  // others move from tick to tick, has to be where batches end.
  bool one_tick_batches = false;
  bool publishes_global_watermark = false;

  // The position comes from the combined queue; batches wait until they are behind it.
  bool waits_behind() const { return reads_batches && !applies_batches; }
};

const NodeDuties& DutiesOf(const NodeInfo& node);

// Whether the node is a branch whose watermark is its own, and does not follow the queue's
// (attribute sync_watermark); the nodes that it is to be in step with.
bool HasOwnWatermark(const NodeInfo& node);
std::vector<std::string> SyncWatermarkNodes(const NodeInfo& node);

}  // namespace cascade
