// Every setting of the [londiste] section, declared once: loader, --ini, manual.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace londiste {

const std::vector<config::Setting>& DeclaredSettings();

// One line for each setting of SkyTools that is given, is understood, and does nothing here: `F:12:
// setting "pgq_autocommit" has no effect`.
std::vector<std::string> SettingsWithoutEffect(const config::Settings& settings);

}  // namespace londiste
