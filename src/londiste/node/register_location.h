// Where a node is: told to the databases of the cascade.
#pragma once

#include <string>

#include "cascade/node.h"

namespace londiste::node {

// Tells the node behind `tx` where `member` is, and logs it. `at`: that node's name, when it is not
// ours. Throws base::Error when it is refused.
void RegisterLocation(pqxx::transaction_base& tx, const std::string& queue,
                      const cascade::Location& member, const std::string& at = {});

}  // namespace londiste::node
