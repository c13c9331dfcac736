// The events that cascading itself puts into a queue (`pgq.*`): members and watermarks travel with
// the data.
#pragma once

#include <string>

#include "cascade/node.h"
#include "pgq/event.h"

namespace cascade {

bool IsCascadeEvent(const pgq::Event& event);

// Carries out one such event on this node, inside the batch's transaction. Returns a line for the
// log when the node refused it and replication can go on all the same (its own location dropped,
// say), else "". Throws base::Error `unknown cascade event: X`, `bad event in queue: …`.
std::string ApplyCascadeEvent(pqxx::transaction_base& tx, const NodeInfo& node,
                              const pgq::Event& event);

}  // namespace cascade
