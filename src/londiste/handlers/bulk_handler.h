// The handler `bulk`: changes are applied as sets of rows.
#pragma once

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

const HandlerKind& BulkHandlerKind();

}  // namespace londiste::handlers
