// Conditions of a node as `status`, `node-status` and `tables` show them.
#pragma once

#include "report/condition_lines.h"

namespace londiste::output {

using report::ConditionCounts;
using report::ConditionLines;

}  // namespace londiste::output
