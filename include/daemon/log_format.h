// Formats of log lines as SkyTools' files have them, those of Python's logging:
// `%(asctime)s %(process)s %(levelname)s %(message)s`.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace daemon_process {

// The format as a pattern for LogOptions. `date_format`: of asctime, as strftime(3) has it, or "":
// the usual one, with milliseconds. `texts`: fields that are the same in all lines, by name.
// Throws base::Error for a field or flag that there is not here.
std::string LogPattern(std::string_view format, std::string_view date_format,
                       const std::map<std::string, std::string>& texts);

}  // namespace daemon_process
