// Setting server_alive_timeout put into force, its findings into the log.
#pragma once

#include "config/settings.h"

namespace londiste::worker {

void WatchServers(const config::Settings& settings);

}  // namespace londiste::worker
