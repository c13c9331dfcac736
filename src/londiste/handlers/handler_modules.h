// Setting handler_modules: shared objects with handlers (handlers/module.h), and, in files of
// SkyTools, the Python modules that handlers come from there.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace londiste::handlers {

// Those of `modules` that are no paths, and whose handlers this version does not have. The others
// are built in.
std::vector<std::string> UnknownHandlerModules(const std::vector<std::string>& modules);

// Loads the files that the setting names; their handlers are among the others from now on. For
// commands that deal with handlers, before there are threads, and once. Throws base::ConfigError
// `FILE:LINE: handler_modules: could not load "/x.so": why`.
void LoadHandlerModules(const config::Settings& settings);

// Why somebody else might change what stands at `path`, a path without links: "" when only root and
// the user that runs this process can.
std::string WhyOthersMayWrite(const std::string& path);

}  // namespace londiste::handlers
