// Pauses between attempts: short at first, doubled up to a limit, with jitter so that many threads
// do not come back at the same moment.
#pragma once

#include <functional>

#include "base/clock.h"

namespace pgqd {

class BackOff {
 public:
  // `random` gives numbers in [0, 1); replaced by tests.
  BackOff(base::Duration first, base::Duration limit, std::function<double()> random = {});

  // The pause before the next attempt: between 75 % and 125 % of the current step.
  base::Duration Next();
  void Reset() { step_ = first_; }

 private:
  base::Duration first_, limit_, step_;
  std::function<double()> random_;
};

}  // namespace pgqd
