// The log of a program, on spdlog: console, file that reopens, syslog. Libraries do not log;
// programs do.
//
// Made once, after the fork. Synchronous; every method may be called from any thread.
#pragma once

#include <spdlog/spdlog.h>

#include <memory>
#include <string>
#include <vector>

namespace daemon_process {

enum class LogStyle {
  kLondiste,  // YYYY-MM-DD HH:MM:SS,mmm pid LEVEL message
  kPgqd,      // YYYY-MM-DD HH:MM:SS.mmm TZ [pid] LEVEL message
};

// One more place where lines go.
struct LogTarget {
  enum class Kind { kStderr, kFile, kSyslog };
  Kind kind = Kind::kStderr;
  std::string file = {};         // kFile
  std::size_t rotate_bytes = 0;  // as in LogOptions
  int rotate_keep = 0;
  std::string syslog_ident = {}, syslog_facility = {};  // kSyslog
  std::string pattern = {};                             // from LogPattern; "": as the style says
  spdlog::level::level_enum level = spdlog::level::trace;
};

struct LogOptions {
  LogStyle style = LogStyle::kLondiste;
  std::string file;  // empty: none
  std::size_t rotate_bytes =
      0;                // londiste's log_size; 0: never, an outside tool rotates and sends SIGHUP
  int rotate_keep = 0;  // londiste's log_count
  bool console = true;  // stderr
  bool syslog = false;
  std::string syslog_ident;
  std::string syslog_facility;  // "daemon", "local0" ...
  // Of the lines on either, from LogPattern; "": as the style says.
  std::string console_pattern, file_pattern;
  // At most one syslog among all.
  std::vector<LogTarget> more;
  spdlog::level::level_enum level = spdlog::level::info;
};

// Facilities are named "daemon", "local0" and so on.
bool IsSyslogFacility(const std::string& name);
// Installs the default spdlog logger: use spdlog::info(...), spdlog::warn(...), spdlog::error(...),
// spdlog::debug(...), spdlog::trace(...) everywhere. Throws base::Error when the file cannot be
// opened.
void StartLog(const LogOptions& options);
// Reopens the files (after logrotate moved them).
void ReopenLog();

}  // namespace daemon_process
