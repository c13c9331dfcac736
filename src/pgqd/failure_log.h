// Keeps a failure that goes on from filling the log: the first of a kind is logged, then one line a
// minute with a count.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"

namespace pgqd {

// Belongs to one thread, or to whoever holds the lock around it.
class FailureLog {
 public:
  // The text to log now, or nullopt. `kind` decides what is the same failure; the text may vary.
  std::optional<std::string> Admit(const std::string& kind, const std::string& text,
                                   base::Clock::time_point now);
  // The next failure of this kind is a first one.
  void Forget(const std::string& kind) { seen_.erase(kind); }
  // Everything works again: the next failure is a first one. Returns whether there had been one.
  bool Clear();

 private:
  struct Seen {
    base::Clock::time_point logged;
    int since = 0;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace pgqd
