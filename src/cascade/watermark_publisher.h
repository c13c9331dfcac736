// Tells other nodes how far this one is, now and then: its own watermark to the provider, and on
// the root the queue's to all.
//
// Owned by the worker's loop, on whose thread it is used; `options` are the loop's, and may change.
#pragma once

#include <optional>

#include "base/clock.h"
#include "cascade/local_node.h"
#include "cascade/provider_link.h"
#include "cascade/worker.h"
#include "pg/connection.h"

namespace cascade {

class WatermarkPublisher {
 public:
  WatermarkPublisher(const WorkerOptions& options, WorkerObserver& observer)
      : options_(options), observer_(observer) {}

  // Both do nothing before they are due. No transaction is open.
  void PublishGlobal(pg::Connection& root);
  // `completed`: the worker's position. A refusal by the provider is logged.
  void PublishLocal(LocalNode& local, ProviderLink& provider, pgq::TickId completed);
  // What was published is not known where batches come from now.
  void ProviderChanged() { published_.reset(); }

 private:
  const WorkerOptions& options_;
  WorkerObserver& observer_;
  std::optional<pgq::TickId> published_;
  base::Clock::time_point next_local_{}, next_global_{};
};

}  // namespace cascade
