// JSON for scripts, see report/json.h.
#pragma once

#include "report/json.h"

namespace londiste::output {

using namespace report;

}  // namespace londiste::output
