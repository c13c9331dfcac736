#include "cascade/branch_copy.h"

#include <algorithm>

#include "cascade/cascade_events.h"

namespace cascade {

void BranchCopy::BeginBatch() {
  EventCopy::BeginBatch();
  max_event_id_ = 0;
}

void BranchCopy::Add(const pgq::Event& event) {
  if (watermark_ && IsGlobalWatermark(event)) {
    pgq::Event own = event;
    own.data = *watermark_;
    Append(own);
  } else {
    Append(event);
  }
  max_event_id_ = std::max(max_event_id_, event.id.value());
}

}  // namespace cascade
