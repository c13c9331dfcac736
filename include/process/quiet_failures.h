// exception_quiet, exception_grace and exception_reset as options.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"
#include "pg/quiet_failures.h"

namespace process {

pg::QuietFailureOptions ReadQuietFailures(const config::Settings& settings);
// Lines for names in exception_quiet that no failure of these programs has.
std::vector<std::string> UnknownQuietFailures(const config::Settings& settings);

}  // namespace process
