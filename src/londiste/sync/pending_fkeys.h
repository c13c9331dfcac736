// Foreign keys that a copy took away and that are not back yet, as conditions of the node.
#pragma once

#include <string>
#include <vector>

#include "londiste/structure/fkeys.h"
#include "pgq/conditions.h"

namespace londiste::sync {

inline constexpr const char* kPendingFkey = "pending_fkey";

// Those of tables that `queue` replicates here. `failures`: what the last attempt to restore met.
// Outside a transaction.
std::vector<pgq::Condition> DescribePendingFkeys(
    pg::Connection& target, const std::string& queue,
    const std::vector<structure::FkeyFailure>& failures);

}  // namespace londiste::sync
