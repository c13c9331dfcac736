#include "process/settings.h"

namespace process {

using config::Type;

std::vector<config::Setting> ProcessSettings(const std::string& program) {
  return {
      {.name = "logfile",
       .type = Type::kPath,
       .help = "Log file. Empty: log to stderr only.",
       .sample = "/var/log/" + program + "/%(job_name)s.log"},
      {.name = "pidfile",
       .type = Type::kPath,
       .help =
           "File that holds the process id of the running worker; needed for -d, -s, -k and -r.",
       .sample = "/run/" + program + "/%(job_name)s.pid"},
      {.name = "log_size",
       .type = Type::kSize,
       .default_value = "10 MiB",
       .minimum = 0,
       .help = "The worker rotates its log file at this size, to names ending in .1, .2 and so on; "
               "0 leaves that to another program, which sends SIGHUP. A program that rotates the "
               "file too must choose other names, as the logrotate file of this suite does.",
       .reloadable = true},
      {.name = "log_count",
       .type = Type::kInt,
       .default_value = "3",
       .minimum = 0,
       .maximum = 1000,
       .help = "Old log files to keep.",
       .reloadable = true},
      {.name = "logfmt_file",
       .help = "Format of the log file's lines, as SkyTools' files have it, e.g. %%(asctime)s "
               "%%(levelname)s %%(job_name)s: %%(message)s. (A percent sign is doubled in an INI "
               "file.) Fields: asctime, created, levelname, message, msecs, process, thread, "
               "job_name, name, service_name, hostname. Empty: time, process, level, message."},
      {.name = "logdatefmt_file",
       .help = "Format of its asctime, as strftime has it. Empty: 2026-11-29 10:00:00,000."},
      {.name = "logfmt_file_verbose", .help = "logfmt_file of a program that was started with -v."},
      {.name = "logdatefmt_file_verbose",
       .help = "logdatefmt_file of a program that was started with -v."},
      {.name = "logfmt_console", .help = "The same for lines on stderr."},
      {.name = "logdatefmt_console", .help = "The same for lines on stderr."},
      {.name = "logfmt_console_verbose", .help = "The same for lines on stderr, with -v."},
      {.name = "logdatefmt_console_verbose", .help = "The same for lines on stderr, with -v."},
      {.name = "use_skylog",
       .type = Type::kInt,
       .default_value = "0",
       .minimum = 0,
       .maximum = 2,
       .help = "1: the log also goes where skylog.ini says, unless stderr is a terminal; 2: in any "
               "case. Of its handlers for files, stderr and the local syslog are there; others are "
               "named in the log. Commands that only show something do not read it."},
      {.name = "skylog_locations",
       .type = Type::kList,
       .default_value = "skylog.ini, ~/.skylog.ini, /etc/skylog.ini",
       .help = "Where skylog.ini is looked for: the first of these that exists. It must belong to "
               "the program's user or to root."},
      {.name = "server_alive_timeout",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0,
       .help = "When a statement has had no answer for this long, the program asks through a new "
               "connection whether the server still works on it, and gives up a connection that "
               "will get no answer any more. 0: never ask.",
       .reloadable = true},
      {.name = "exception_quiet",
       .type = Type::kList,
       .help = "Failures that are logged as warnings while they are young: names of psycopg2's "
               "exceptions (OperationalError, IntegrityError), SQLSTATEs or their first two "
               "characters, ALL.",
       .reloadable = true},
      {.name = "exception_grace",
       .type = Type::kSeconds,
       .default_value = "300",
       .minimum = 0,
       .help = "How long from the first failure those in exception_quiet are warnings.",
       .reloadable = true},
      {.name = "exception_reset",
       .type = Type::kSeconds,
       .default_value = "900",
       .minimum = 0,
       .help = "After so long without a failure the next one is a first one again.",
       .reloadable = true},
  };
}

}  // namespace process
