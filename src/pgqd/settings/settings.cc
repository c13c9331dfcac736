#include "pgqd/settings/settings.h"

namespace pgqd {
namespace {

using config::Setting;
using config::Type;

std::vector<Setting> ProcessSettings() {
  return {
      {.name = "logfile",
       .type = Type::kPath,
       .help = "Log file; reopened by a reload. Empty: none.",
       .sample = "/var/log/londiste/pgqd.log"},
      {.name = "pidfile",
       .type = Type::kPath,
       .help =
           "File that holds the process number of the running pgqd; needed for -d, -s, -k and -r.",
       .sample = "/run/londiste/pgqd.pid"},
      {.name = "syslog",
       .type = Type::kInt,
       .default_value = "1",
       .minimum = 0,
       .help = "1: log to syslog as well. 0: do not."},
      {.name = "syslog_ident",
       .default_value = "pgqd",
       .help = "Name under which syslog shows the messages."},
      {.name = "syslog_facility",
       .type = Type::kEnum,
       .default_value = "daemon",
       .choices = {"auth",   "authpriv", "cron",   "daemon", "ftp",    "kern",   "lpr",
                   "mail",   "news",     "syslog", "user",   "uucp",   "local0", "local1",
                   "local2", "local3",   "local4", "local5", "local6", "local7"},
       .help = "Syslog facility."},
  };
}

std::vector<Setting> DatabaseSettings() {
  return {
      {.name = "base_connstr",
       .type = Type::kConnstr,
       .help = "How to reach the server: a connection string without dbname.",
       .reloadable = true},
      {.name = "initial_database",
       .default_value = "template1",
       .help = "Database to connect to for a moment to list the others.",
       .reloadable = true},
      {.name = "database_list",
       .type = Type::kList,
       .help = "Work on these databases only, separated by commas or spaces. Empty: find all "
               "databases that "
               "have PgQ.",
       .reloadable = true},
      {.name = "trusted_owners_only",
       .type = Type::kBool,
       .default_value = "0",
       .help = "1: leave a database alone whose schema pgq, pgq_node or londiste, or something in "
               "it, belongs to a role that is neither a superuser nor pgqd's own: its functions "
               "run with the rights of pgqd's role. 0: say so in the log, and work on it.",
       .reloadable = true},
      {.name = "check_period",
       .type = Type::kSeconds,
       .default_value = "60",
       .minimum = 0.1,
       .help = "How often to look for new databases, and whether a database has PgQ by now.",
       .reloadable = true},
      {.name = "connection_lifetime",
       .type = Type::kSeconds,
       .default_value = "3600",
       .minimum = 1,
       .help = "Connections older than this are replaced.",
       .reloadable = true},
      {.name = "server_alive_timeout",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0,
       .help =
           "A statement without an answer for so long makes pgqd ask, through a new connection, "
           "whether server and statement are still at work; a connection that will not be "
           "answered any more is given up. 0: never ask.",
       .reloadable = true},
  };
}

std::vector<Setting> PeriodSettings() {
  return {
      {.name = "maint_period",
       .type = Type::kSeconds,
       .default_value = "120",
       .minimum = 0.1,
       .help =
           "How often to run maintenance: rotation of event tables, vacuum of PgQ's own tables.",
       .reloadable = true},
      {.name = "retry_period",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0.1,
       .help =
           "How often to look for retry events that are due; where PgQ's functions are in C, every "
           "two minutes while there are none.",
       .reloadable = true},
      {.name = "ticker_period",
       .type = Type::kSeconds,
       .default_value = "1",
       .minimum = 0.01,
       .help =
           "How often to call the ordinary ticker, which keeps to each queue's ticker_max_count, "
           "ticker_max_lag and ticker_idle_period.",
       .reloadable = true},
      {.name = "stats_period",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 1,
       .help = "How often to log the statistics line.",
       .reloadable = true},
  };
}

std::vector<Setting> DemandSettings() {
  return {
      {.name = "ticker_on_demand",
       .type = Type::kBool,
       .default_value = "1",
       .help = "Tick as soon as there are new events, without waiting for ticker_max_count or "
               "ticker_max_lag. "
               "Left out of it: queues whose ticker_max_lag is above 3 seconds, and databases "
               "whose PgQ lacks "
               "pgq.ticker_on_demand().",
       .reloadable = true},
      {.name = "ticker_active_poll",
       .type = Type::kSeconds,
       .default_value = "0.005",
       .minimum = 0.001,
       .maximum = 10,
       .help = "On demand: how often to look for new events while there are any.",
       .reloadable = true},
      {.name = "ticker_idle_poll",
       .type = Type::kSeconds,
       .default_value = "0.15",
       .minimum = 0.001,
       .maximum = 60,
       .help = "On demand: how often to look for new events when there have been none for a while. "
               "One query for "
               "the whole server, and none for databases whose PgQ has its functions in C: these "
               "tell of each commit.",
       .reloadable = true},
      {.name = "ticker_retick_period",
       .type = Type::kSeconds,
       .default_value = "0.05",
       .minimum = 0.001,
       .maximum = 60,
       .help = "On demand: while a transaction stays open that was open at the last tick, tick no "
               "more often "
               "than this.",
       .reloadable = true},
      {.name = "ticker_max_rate",
       .type = Type::kInt,
       .default_value = "40",
       .minimum = 1,
       .maximum = 1000,
       .help = "On demand: ticks a second of each queue, at most on average. Each is a row in "
               "pgq.tick until the queue's next rotation and a batch for each consumer.",
       .reloadable = true},
  };
}

void Append(std::vector<Setting>& to, std::vector<Setting> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

const std::vector<Setting>& DeclaredSettings() {
  static const std::vector<Setting> settings = [] {
    std::vector<Setting> all = ProcessSettings();
    Append(all, DatabaseSettings());
    Append(all, PeriodSettings());
    Append(all, DemandSettings());
    return all;
  }();
  return settings;
}

}  // namespace pgqd
