// Formats of log lines: what is accepted is a pattern that spdlog can use, and it knows no flag
// that was not asked for by its name.
#include <spdlog/pattern_formatter.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "daemon/log_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find('\n');
  const std::string_view format = input.substr(0, cut);
  const std::string_view date = cut == input.npos ? std::string_view() : input.substr(cut + 1);
  try {
    const std::string pattern =
        daemon_process::LogPattern(format, date, {{"job_name", "50% of %v"}});
    if (format.find("message") == format.npos && date.find('v') == date.npos &&
        format.find('v') == format.npos && pattern.find("%v") != pattern.npos &&
        pattern.find("%%v") == pattern.npos && format.find("job_name") == format.npos)
      std::abort();
    spdlog::pattern_formatter formatter(pattern);
    spdlog::memory_buf_t line;
    formatter.format(spdlog::details::log_msg("", spdlog::level::info, "text"), line);
  } catch (const base::Error&) {
  }
  return 0;
}
