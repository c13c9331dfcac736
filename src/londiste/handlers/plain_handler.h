// The handler of tables for which none was named.
#pragma once

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

extern const HandlerKind kPlainHandler;

}  // namespace londiste::handlers
