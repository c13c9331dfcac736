// The decisions of the exactly-once protocol, apart from any server: is a batch applied already,
// and which tick does a branch lack.
#pragma once

#include <optional>

#include "pgq/batch.h"

namespace cascade {

enum class Position { kToApply, kAlreadyApplied };

// Where a batch stands relative to the last tick that the target has completed.
// Throws base::Error `Lost position: batch P..C, dst has D` when it is neither the next nor the
// last one, `dst_tick NULL?` without a position.
Position ComparePosition(const pgq::Batch& batch, std::optional<pgq::TickId> completed);

enum class MissingTick { kNone, kPrevious, kCurrent };

// Which tick of a branch is still to be made, after a crash between the commit of its events and
// the tick. `newest` is the newest tick of the branch's own queue. For a batch that is still to be
// applied the previous tick must be there, for an applied one the current tick. Throws base::Error
// `is_batch_done: last branch tick = L, expected P or C` when the branch stands elsewhere.
MissingTick CompareBranchTick(const pgq::Batch& batch, Position position,
                              std::optional<pgq::TickId> newest);

}  // namespace cascade
