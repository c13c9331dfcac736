#include "pgqd/work/lock_watch.h"

#include <utility>

namespace pgqd {

bool LockWatch::Locked(const std::string& queue, Time now) {
  Seen& seen = locked_.try_emplace(queue, Seen{now}).first->second;
  return now - seen.since >= kWorthTelling && !std::exchange(seen.told, true);
}

bool LockWatch::Free(const std::string& queue) {
  const auto seen = locked_.extract(queue);
  return !seen.empty() && seen.mapped().told;
}

std::vector<std::string> LockWatch::Queues() const {
  std::vector<std::string> queues;
  for (const auto& [queue, seen] : locked_) queues.push_back(queue);
  return queues;
}

}  // namespace pgqd
