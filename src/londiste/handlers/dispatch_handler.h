// The handler `dispatch` and its variants: rows go into tables by time.
#pragma once

#include <span>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

std::span<const HandlerKind> DispatchHandlerKinds();

}  // namespace londiste::handlers
