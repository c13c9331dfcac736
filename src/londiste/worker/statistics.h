// The worker's statistics lines, `{count: N, duration: S}` as SkyTools writes them, but at most one
// in five seconds, and one now and then while idle.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace londiste::worker {

class Statistics {
 public:
  // Each returns the line to log now, if any.
  std::optional<std::string> AddBatch(std::int64_t events, std::int64_t ignored,
                                      base::Duration duration, base::Clock::time_point now);
  // Called now and then while nothing comes. `keepalive`: a line after so much silence; 0 for
  // never.
  std::optional<std::string> Idle(base::Duration keepalive, base::Clock::time_point now);

 private:
  std::optional<std::string> Line(base::Clock::time_point now);
  std::int64_t events_ = 0, ignored_ = 0;
  base::Duration duration_{0};
  std::optional<base::Clock::time_point> last_line_;
};

}  // namespace londiste::worker
