// Every setting of the [pgqd] section, declared once: loader, --ini, manual.
#pragma once

#include <vector>

#include "config/settings.h"

namespace pgqd {

const std::vector<config::Setting>& DeclaredSettings();

}  // namespace pgqd
