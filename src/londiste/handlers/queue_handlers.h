// Handlers of tables whose changes are used otherwise than as rows of a table: `qtable`,
// `qsplitter`, `vtable`, `fake_local`.
#pragma once

#include <span>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

std::span<const HandlerKind> QueueHandlerKinds();

}  // namespace londiste::handlers
