// skylog.ini: where the log goes besides, in the format of Python's logging.config.fileConfig, as
// SkyTools' programs read it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/ini_file.h"
#include "config/settings.h"
#include "daemon/log.h"

namespace process {

struct Skylog {
  std::vector<daemon_process::LogTarget> targets;  // the root logger's handlers
  spdlog::level::level_enum level = spdlog::level::trace;
  std::vector<std::string> without_effect;  // `skylog.ini:12: handler "logdb": ...`
};

// `texts`: fields of log lines that are the same in all, as for LogPattern; job_name and
// service_name may also stand in values. Throws base::ConfigError.
Skylog ReadSkylog(const config::IniFile& file, const std::map<std::string, std::string>& texts);

// That of the file which use_skylog and skylog_locations name; nullopt when there should be none.
// A file that somebody else could have put there is refused.
std::optional<Skylog> FindSkylog(const config::Settings& settings,
                                 const std::map<std::string, std::string>& texts);

}  // namespace process
