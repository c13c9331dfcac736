// Conditions of a queue or node as the programs show them.
#pragma once

#include <string>
#include <vector>

#include "pgq/conditions.h"

namespace report {

// "ERROR: what and where (since 2026-11-29 10:00:00+00)", and "HINT: what to do" below it.
std::vector<std::string> ConditionLines(const std::vector<pgq::StoredCondition>& conditions);
// "1 ERROR, 2 WARNINGS"; "" when there is nothing worse than a notice.
std::string ConditionCounts(const std::vector<pgq::StoredCondition>& conditions);

}  // namespace report
