// What is to be known about a node: the conditions that are stored there, and its tables and
// triggers as they are this moment, whether a worker runs or not.
#pragma once

#include <string>
#include <vector>

#include "pgq/conditions.h"

namespace londiste::node {

std::vector<pgq::StoredCondition> ReadNodeConditions(pqxx::transaction_base& tx,
                                                     const std::string& queue);

}  // namespace londiste::node
