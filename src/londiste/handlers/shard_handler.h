// The handlers `shard` and `part`: of a table, the rows that belong into this database.
#pragma once

#include <span>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

std::span<const HandlerKind> ShardHandlerKinds();

}  // namespace londiste::handlers
