// A branch with a watermark of its own: node attribute `sync_watermark=node1,node2`. It keeps the
// history that the listed nodes still need, so that these and what hangs below it can be moved
// below each other; nodes elsewhere do not hold it back, nor does it tell its subtree of the
// queue's watermark.
//
// Owned by the worker's loop, on whose thread it is used; `options` are the loop's, and may change.
// Other nodes are asked on a thread of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "cascade/local_node.h"
#include "cascade/worker.h"

namespace cascade {

class SubtreeWatermark {
 public:
  // `wake`: raised when the other nodes have answered.
  SubtreeWatermark(const WorkerOptions& options, WorkerObserver& observer, base::Interrupt& wake);
  ~SubtreeWatermark();

  // The queue's watermark, as it came with a batch that is committed.
  void Saw(pgq::TickId global) { global_ = global; }
  // What goes down to the subtree in its place.
  std::string ToPassOn(const NodeInfo& node) const;
  // Now and then: moves the node's watermark to the lowest of the node's own, the queue's, and
  // those of the listed nodes. No transaction is open.
  void Publish(LocalNode& local);
  // Another session, or another kind of node: what was known may be old.
  void Forget();

 private:
  struct Answers;
  void Ask(LocalNode& local);
  void Move(LocalNode& local, pgq::TickId lowest_of_others);

  const WorkerOptions& options_;
  WorkerObserver& observer_;
  base::Interrupt& wake_;
  std::optional<pgq::TickId> global_, own_;
  base::Clock::time_point next_{};
  std::unique_ptr<Answers> answers_;  // while, and until, they are asked for
};

}  // namespace cascade
