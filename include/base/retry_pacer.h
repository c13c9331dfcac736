// How long to wait after the n-th failure in a row: at once at first, then doubling up to a limit,
// never all clients in step.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"

namespace base {

class RetryPacer {
 public:
  // `random01`: a number in [0, 1); the default is a pseudo-random generator of this object.
  explicit RetryPacer(std::function<double()> random01 = {});

  // Between 3/4 and all of 200 ms, 400 ms, … `limit`.
  Duration NextDelay(Duration limit);
  void Succeeded() { failures_ = 0; }
  int failures() const { return failures_; }

 private:
  std::function<double()> random01_;
  int failures_ = 0;
};

}  // namespace base
