// Setting handler_modules, in which SkyTools' files name the Python modules that handlers come
// from.
#pragma once

#include <string>
#include <vector>

namespace londiste::handlers {

// Those of `modules` whose handlers this version does not have. The others are built in.
std::vector<std::string> UnknownHandlerModules(const std::vector<std::string>& modules);

}  // namespace londiste::handlers
