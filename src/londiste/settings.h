// Every setting of the [londiste] section, declared once: loader, --ini, manual.
#pragma once

#include <vector>

#include "config/settings.h"

namespace londiste {

const std::vector<config::Setting>& DeclaredSettings();

}  // namespace londiste
