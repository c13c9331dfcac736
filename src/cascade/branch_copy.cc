#include "cascade/branch_copy.h"

#include <algorithm>

namespace cascade {

void BranchCopy::BeginBatch() {
  EventCopy::BeginBatch();
  max_event_id_ = 0;
}

void BranchCopy::Add(const pgq::Event& event) {
  Append(event);
  max_event_id_ = std::max(max_event_id_, event.id.value());
}

}  // namespace cascade
