#include "cascade/batch_protocol.h"

#include "base/error.h"

namespace cascade {

Position ComparePosition(const pgq::Batch& batch, std::optional<pgq::TickId> completed) {
  if (!completed || completed->value() == 0) throw base::Error("dst_tick NULL?");
  if (batch.prev_tick == *completed) return Position::kToApply;
  if (batch.tick == *completed) return Position::kAlreadyApplied;
  throw base::Error("Lost position: batch " + ToString(batch.prev_tick) + ".." +
                        ToString(batch.tick) + ", dst has " + ToString(*completed),
                    "The node and its consumer at the provider stand at different ticks, as after "
                    "a restore of one side. \"worker --rewind\" moves the provider's consumer to "
                    "where the node stands; \"worker --reset\" moves the node to where the "
                    "consumer stands, and the changes between are lost: resync the tables then.");
}

MissingTick CompareBranchTick(const pgq::Batch& batch, Position position,
                              std::optional<pgq::TickId> newest) {
  if (position == Position::kAlreadyApplied) {
    if (newest == batch.tick) return MissingTick::kNone;
    if (newest == batch.prev_tick) return MissingTick::kCurrent;
  } else {
    if (newest == batch.prev_tick) return MissingTick::kNone;
    // The events up to the previous tick are committed and nothing after them: the tick that a
    // crash (and then a change of provider) left out can still be made with the right content.
    if (newest && *newest < batch.prev_tick) return MissingTick::kPrevious;
  }
  throw base::Error(
      "is_batch_done: last branch tick = " + (newest ? ToString(*newest) : std::string("NULL")) +
          ", expected " + ToString(batch.prev_tick) + " or " + ToString(batch.tick),
      "The branch's own queue has ticks that its position does not explain, as after a restore of "
      "a part of its database: remove the node with drop-node and create it again with "
      "create-branch.");
}

}  // namespace cascade
