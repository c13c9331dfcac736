// The events that cascading itself puts into a queue (`pgq.*`): members and watermarks travel with
// the data.
#pragma once

#include <string>

#include "base/error.h"
#include "cascade/node.h"
#include "pgq/event.h"

namespace cascade {

// How far a part queue has come, for those who hold copies of what it is merged into.
inline constexpr const char* kTickIdEvent = "pgq.tick-id";

bool IsCascadeEvent(const pgq::Event& event);

// An event that cannot be carried out. None of them changes rows, so replication goes on without;
// whoever waited for the event to be understood would wait for ever.
class UnusableEvent : public base::Error {
 public:
  using Error::Error;
};

// The tick that a watermark event tells. Throws UnusableEvent when it tells none.
bool IsGlobalWatermark(const pgq::Event& event);
pgq::TickId TickOf(const pgq::Event& event);

// Carries out one such event on this node, inside the batch's transaction. Returns a line for the
// log when the node refused it and that is no reason for concern (its own location dropped
// elsewhere), else "". Throws UnusableEvent before it has changed anything.
std::string ApplyCascadeEvent(pqxx::transaction_base& tx, const NodeInfo& node,
                              const pgq::Event& event);

}  // namespace cascade
