// The handlers `applyfn` and `multimaster`: a SQL function applies each event.
#pragma once

#include <span>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

std::span<const HandlerKind> FunctionHandlerKinds();

}  // namespace londiste::handlers
