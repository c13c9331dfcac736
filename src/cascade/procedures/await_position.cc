#include "cascade/procedures/await_position.h"

#include <chrono>

#include "base/error.h"
#include "base/poll_until.h"

namespace cascade {

std::string AwaitPosition(Members& members, const std::string& node, pgq::TickId tick) {
  const auto reached = [&] {
    const auto at = members.Info(node).worker_last_tick;
    return at && *at >= tick;
  };
  if (base::PollUntil(members.interrupt(), reached, base::Deadline::After(std::chrono::minutes(2))))
    return "tick " + ToString(tick);
  throw base::Error("node " + node + " has not come to tick " + ToString(tick),
                    "Its worker must run and not be paused: see command status.");
}

}  // namespace cascade
