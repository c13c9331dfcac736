// `pgq queue-mover` and its like, also called by SkyTools' names: queue_mover3.
#pragma once

#include <string>
#include <vector>

#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool {

// `name`: as it was called, for messages. Returns the exit status; throws base::UsageError.
int RunConsumerProgram(const consumers::ConsumerKind& kind, const std::string& name,
                       const std::vector<std::string>& words);

}  // namespace pgq_tool
