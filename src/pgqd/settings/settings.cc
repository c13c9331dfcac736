#include "pgqd/settings/settings.h"

namespace pgqd {
namespace {

using config::Setting;
using config::Type;

std::vector<Setting> ProcessSettings() {
  return {
      {.name = "logfile",
       .type = Type::kPath,
       .help = "Log file; a reload reopens it. Empty: none.",
       .sample = "/var/log/londiste/pgqd.log"},
      {.name = "pidfile",
       .type = Type::kPath,
       .help = "File that holds the process id of the running pgqd; needed for -d, -s, -k and -r.",
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
       .help = "Database that pgqd connects to, for a moment, to list the others.",
       .reloadable = true},
      {.name = "database_list",
       .type = Type::kList,
       .help = "Databases that pgqd serves, separated by commas or spaces. Empty: all databases "
               "that have PgQ.",
       .reloadable = true},
      {.name = "trusted_owners_only",
       .type = Type::kBool,
       .default_value = "0",
       .help = "What pgqd does with a database in which schema pgq, pgq_node or londiste, or an "
               "object in one of them, belongs to a role that is neither a superuser nor pgqd's "
               "own: its functions run with the rights of pgqd's role. 1: it does not serve the "
               "database. 0: it logs a warning and serves the database.",
       .reloadable = true},
      {.name = "check_period",
       .type = Type::kSeconds,
       .default_value = "60",
       .minimum = 0.1,
       .help = "How often pgqd looks for new databases, and whether a database has PgQ by now.",
       .reloadable = true},
      {.name = "connection_lifetime",
       .type = Type::kSeconds,
       .default_value = "3600",
       .minimum = 1,
       .help = "pgqd replaces connections older than this.",
       .reloadable = true},
      {.name = "server_alive_timeout",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0,
       .help = "When a statement has had no answer for this long, pgqd asks through a new "
               "connection whether the server still works on it, and gives up a connection that "
               "will get no answer any more. 0: never ask.",
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
           "How often pgqd runs maintenance: rotation of event tables, vacuum of PgQ's own tables.",
       .reloadable = true},
      {.name = "retry_period",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0.1,
       .help = "How often pgqd looks for retry events that are due; where PgQ's functions are in "
               "C, every two minutes while no retry event waits.",
       .reloadable = true},
      {.name = "ticker_period",
       .type = Type::kSeconds,
       .default_value = "1",
       .minimum = 0.01,
       .help = "How often pgqd calls the ordinary ticker, which follows each queue's "
               "ticker_max_count, ticker_max_lag and ticker_idle_period.",
       .reloadable = true},
      {.name = "stats_period",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 1,
       .help = "How often pgqd logs its line of statistics.",
       .reloadable = true},
  };
}

std::vector<Setting> DemandSettings() {
  return {
      {.name = "ticker_on_demand",
       .type = Type::kBool,
       .default_value = "1",
       .help = "1: pgqd makes a tick as soon as a queue has new events, without waiting for "
               "ticker_max_count or ticker_max_lag; not for queues whose ticker_max_lag is above 3 "
               "seconds, nor in databases whose PgQ lacks pgq.ticker_on_demand().",
       .reloadable = true},
      {.name = "ticker_active_poll",
       .type = Type::kSeconds,
       .default_value = "0.002",
       .minimum = 0.001,
       .maximum = 10,
       .help = "On demand: how often pgqd looks for new events while events arrive.",
       .reloadable = true},
      {.name = "ticker_idle_poll",
       .type = Type::kSeconds,
       .default_value = "0.15",
       .minimum = 0.001,
       .maximum = 60,
       .help = "On demand: how often pgqd looks for new events when none have arrived for a while. "
               "That is one query for the whole server, and none for databases whose PgQ has its "
               "functions in C: these announce each commit.",
       .reloadable = true},
      {.name = "ticker_retick_period",
       .type = Type::kSeconds,
       .default_value = "0.05",
       .minimum = 0.001,
       .maximum = 60,
       .help = "On demand: shortest interval between ticks while a transaction that was open at "
               "the last tick is still open.",
       .reloadable = true},
      {.name = "ticker_max_rate",
       .type = Type::kInt,
       .default_value = "200",
       .minimum = 1,
       .maximum = 1000,
       .help =
           "On demand: largest number of ticks per second of each queue, on average. Each tick is "
           "a row in pgq.tick until the queue's next rotation, and a batch for each consumer.",
       .reloadable = true},
      {.name = "ticker_max_share",
       .type = Type::kInt,
       .default_value = "20",
       .minimum = 1,
       .maximum = 100,
       .help = "On demand: largest part of one processor's time, in percent, that looking for new "
               "events and ticking may take, on average and of all databases together. Where they "
               "would take more, ticks are further apart.",
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
