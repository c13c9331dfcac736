// Handler obfuscate: rows come and go on without what setting obfuscator_map hides.
#pragma once

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

const HandlerKind& ObfuscateHandlerKind();

}  // namespace londiste::handlers
