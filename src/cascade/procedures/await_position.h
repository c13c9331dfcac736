// Waiting for a node's worker to come to a tick.
#pragma once

#include <string>

#include "cascade/members.h"

namespace cascade {

// Throws base::Error when it has not come there within two minutes.
std::string AwaitPosition(Members& members, const std::string& node, pgq::TickId tick);

}  // namespace cascade
