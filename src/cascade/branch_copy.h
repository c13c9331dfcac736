// Re-publishing on a branch: the events of a batch that go on, with their ids, go into the branch's
// own queue in the batch's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cascade/event_copy.h"

namespace cascade {

class BranchCopy final : public EventCopy {
 public:
  // `handler` says which events go on, and how; must outlive the object.
  BranchCopy(std::string queue, BatchHandler& handler)
      : EventCopy(std::move(queue), Ids::kSame), handler_(handler) {}

  // What is said to the nodes below of the queue's watermark; nullopt: what came.
  void PassOnWatermark(std::optional<std::string> tick) { watermark_ = std::move(tick); }
  void BeginBatch() override;
  void Add(const pgq::Event& event) override;

  // The largest event id since BeginBatch, also of events that stayed behind; 0 without events.
  std::int64_t max_event_id() const { return max_event_id_; }

 private:
  BatchHandler& handler_;
  std::int64_t max_event_id_ = 0;
  std::optional<std::string> watermark_;
};

}  // namespace cascade
