// Setting server_alive_timeout put into force, its findings into the log.
#pragma once

#include "config/settings.h"

namespace process {

void WatchServers(const config::Settings& settings);

}  // namespace process
