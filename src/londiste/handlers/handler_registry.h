// Which handlers there are: those of the program, and those that files have added.
#pragma once

#include <string>
#include <vector>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

// Handlers of `module`, which must last to the end of the process. Before any other thread looks
// here. Throws base::Error for names that are taken, or cannot be names; then none is added.
void AddHandlerKinds(const std::vector<HandlerKind>& kinds, const std::string& module);
// The file that a handler comes from; "" for one of the program.
std::string ModuleOf(const HandlerKind& kind);

}  // namespace londiste::handlers
