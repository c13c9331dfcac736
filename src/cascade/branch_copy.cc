#include "cascade/branch_copy.h"

#include <algorithm>

#include "cascade/cascade_events.h"

namespace cascade {

void BranchCopy::BeginBatch() {
  EventCopy::BeginBatch();
  max_event_id_ = 0;
}

void BranchCopy::Add(const pgq::Event& event) {
  max_event_id_ = std::max(max_event_id_, event.id.value());
  pgq::Event own = event;
  if (watermark_ && IsGlobalWatermark(event)) own.data = *watermark_;
  if (IsCascadeEvent(event) || handler_.PassesOn(own, BatchHandler::Onward::kOwnQueue)) Append(own);
}

}  // namespace cascade
