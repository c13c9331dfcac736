// The settings of every program that runs as a daemon from an INI file: log, pid file, dead
// servers.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace process {

// `program`: whose folders the samples name.
std::vector<config::Setting> ProcessSettings(const std::string& program);

}  // namespace process
