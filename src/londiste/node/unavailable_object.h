// Why a table or sequence that was named cannot be added.
#pragma once

#include <string>
#include <vector>

#include "londiste/node/node_session.h"

namespace londiste::node {

enum class ObjectKind { kTable, kSequence };

// `name`: with its schema, not among `candidates`, the objects that can be added. The answer goes
// on from "public.v not available: ", e.g. `it is a view`, `not added on node "node1"`. Asks this
// node's database.
std::string WhyUnavailable(NodeSession& session, ObjectKind kind, const std::string& name,
                           const std::vector<std::string>& candidates);

}  // namespace londiste::node
