#include "process/watch_servers.h"

#include <spdlog/spdlog.h>

#include "pg/server_alive.h"

namespace process {

void WatchServers(const config::Settings& settings) {
  pg::WatchServers(settings.seconds("server_alive_timeout"), [](const pg::AliveReport& report) {
    const bool working = report.outcome == pg::AliveReport::Outcome::kWorking;
    spdlog::log(working ? spdlog::level::info : spdlog::level::warn, "{}", report.message);
  });
}

}  // namespace process
