// The procedures by which one node takes the place of another.
#pragma once

#include <string>

#include "base/clock.h"
#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/replicated_objects.h"

namespace cascade {

struct TakeoverRequest {
  std::string old_node, new_node;
  bool all = false;    // all who read from the old node read from the new one afterwards
  bool force = false;  // go on where objects are missing on the new node or may differ
  // A living root only:
  bool drain_all = false;  // every node must have the last change, not only the new root
  Verify verify = Verify::kNone;
  base::Duration lock_timeout{10'000};  // for writers that are under way
  base::Duration max_lag{30'000};       // of nodes that are waited for while nobody may write
};

// The consumer that stands on the new root where a dead root was alone from.
inline std::string Gravestone(const std::string& node) { return node + ".gravestone"; }

// A branch becomes the root, and the root a branch below it. Nothing is lost: writers are refused,
// the last change is waited for. REQUIRES: the old node answers, and is the root or has been it
// until an interrupted run of the same procedure.
Procedure TakeOverLivingRoot(Members& members, ReplicatedObjects& objects,
                             const TakeoverRequest& request);

// The same, whoever the root is now: finds it, and waits for all nodes. No steps when the new node
// is the root already.
Procedure SwitchOver(Members& members, ReplicatedObjects& objects, TakeoverRequest request);

// A branch becomes the root in the place of one that is gone. What the root had and no other node
// is lost to the cascade; a marker (consumer `OLD.gravestone`) says from where on. Throws
// base::Error when the old root answers.
Procedure TakeOverDeadRoot(Members& members, ReplicatedObjects& objects,
                           const TakeoverRequest& request);

// A node takes the place of a branch: it reads from the old node's provider, and the old node from
// it, or, when that is gone (`dead`), everybody who read from it.
Procedure TakeOverBranch(Members& members, ReplicatedObjects& objects,
                         const TakeoverRequest& request, bool dead);

}  // namespace cascade
