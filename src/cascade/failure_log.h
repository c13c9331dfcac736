// What of repeated failures goes to the log: the first of a kind in full, then a count per minute,
// and the end of the trouble.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace cascade {

class FailureLog {
 public:
  // The line to log for this failure, or nullopt when it only counts.
  std::optional<std::string> Failed(const std::string& message, base::Duration retry_in,
                                    base::Clock::time_point now);
  // The line that says that it works again, when a failure had been logged.
  std::optional<std::string> Succeeded(base::Clock::time_point now);

 private:
  std::string message_;
  int failures_ = 0;    // since the last success
  int unreported_ = 0;  // since the last line
  base::Clock::time_point first_, last_line_;
};

}  // namespace cascade
