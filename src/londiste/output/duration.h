// Lags as people read them, see report/duration.h.
#pragma once

#include "report/duration.h"

namespace londiste::output {

using report::ShortDuration;

}  // namespace londiste::output
