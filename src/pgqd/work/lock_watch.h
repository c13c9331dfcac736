// Queues that somebody keeps from being ticked: tells when to say so. A lock of a moment is
// nobody's business.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"

namespace pgqd {

// Belongs to one thread.
class LockWatch {
 public:
  using Time = base::Clock::time_point;

  // From how long on a lock is worth a line in the log.
  static constexpr base::Duration kWorthTelling{1000};

  // The queue was found locked. True: it has been for kWorthTelling, and that was not said before.
  bool Locked(const std::string& queue, Time now);
  // The queue was found free. True: that it was locked had been said.
  bool Free(const std::string& queue);
  std::vector<std::string> Queues() const;  // that were found locked
  bool any() const { return !locked_.empty(); }

 private:
  struct Seen {
    Time since;
    bool told = false;
  };
  std::map<std::string, Seen> locked_;
};

}  // namespace pgqd
