// A root that was given up for dead comes back as a branch below the one that took over.
#pragma once

#include <string>

#include "cascade/members.h"
#include "cascade/procedure.h"
#include "cascade/replicated_objects.h"
#include "pgq/batch.h"
#include "pgq/event.h"

namespace cascade {

// Where the events go that only the old root had.
class LostEvents {
 public:
  virtual ~LostEvents() = default;
  // Throws base::Error when it is in the way of something.
  virtual void CheckNew() = 0;
  virtual void Begin() = 0;  // starts over
  virtual void Add(const pgq::Batch& batch, const pgq::Event& event) = 0;
  virtual void End() = 0;  // is on disk
  virtual std::string name() const = 0;
};

// Of the own node. What it has beyond the point where the new root took over is written to `lost`
// and removed from its queue; the objects concerned are copied again from the new root. Throws
// base::Error when no root is found that has taken over.
Procedure Resurrect(Members& members, ReplicatedObjects& objects, LostEvents& lost,
                    base::Duration lock_timeout);

}  // namespace cascade
