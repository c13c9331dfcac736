#include "londiste/program/settings.h"

#include <array>
#include <string_view>

#include "londiste/apply/origin_text.h"
#include "londiste/handlers/handler_modules.h"
#include "londiste/handlers/handler_settings.h"
#include "process/quiet_failures.h"
#include "process/settings.h"

namespace londiste {
namespace {

using config::Setting;
using config::Type;

// Keys that files written for SkyTools may hold. Refusing them would keep those files from working;
// ignoring them silently would mislead.
constexpr auto kWithoutEffect = std::to_array<std::string_view>({
    "pgq_autocommit",
    "table_filter",
});

std::vector<Setting> NodeSettings() {
  return {
      {.name = "job_name",
       .help = "Name of the worker in logs and on the queue; each node needs its own. Default: the "
               "file's name without extension.",
       .sample = "replica_node1"},
      {.name = "db",
       .type = Type::kConnstr,
       .required = true,
       .help = "Connect string of this node's database.",
       .sample = "dbname=mydb host=127.0.0.1 user=londiste"},
      {.name = "queue_name",
       .required = true,
       .aliases = {"pgq_queue_name"},
       .help = "Name of the queue; the same on all nodes.",
       .sample = "replica"},
      {.name = "consumer_name",
       .default_value = "%(job_name)s",
       .aliases = {"pgq_consumer_id"},
       .help = "Name under which the worker is registered on the queue."},
  };
}

std::vector<Setting> CascadeSettings() {
  return {
      {.name = "node_name",
       .help = "Name of the node, for create-root, create-branch and create-leaf."},
      {.name = "public_node_location",
       .type = Type::kConnstr,
       .help = "Connect string under which other nodes reach this database, for create-root, "
               "create-branch and create-leaf."},
      {.name = "initial_provider_location",
       .type = Type::kConnstr,
       .help = "Connect string of the node to read from, for create-branch and create-leaf."},
      {.name = "remote_extra_connstr",
       .type = Type::kConnstr,
       .help = "Added to the connect string of every other node, e.g. user=replication "
               "sslmode=require.",
       .reloadable = true},
      {.name = "register_only_tables",
       .type = Type::kList,
       .help = "Register only these tables of the queue.",
       .reloadable = true},
      {.name = "register_skip_tables",
       .type = Type::kList,
       .help = "Do not register these tables of the queue.",
       .reloadable = true},
      {.name = "register_only_seqs",
       .type = Type::kList,
       .help = "Register only these sequences of the queue.",
       .reloadable = true},
      {.name = "register_skip_seqs",
       .type = Type::kList,
       .help = "Do not register these sequences of the queue.",
       .reloadable = true},
      {.name = "lock_timeout",
       .type = Type::kSeconds,
       .default_value = "10",
       .minimum = 0,
       .help = "How long add-table waits for a lock on a table that other transactions use; 0: "
               "without limit."},
  };
}

std::vector<Setting> CompareSettings() {
  return {
      {.name = "compare_sql",
       .help = "compare: a query that stands for the rows of a table on both sides, instead of "
               "comparing them all. _TABLE_ and _COLS_ stand for the table and (column, ...); one "
               "row comes out, which compare_fmt shows. Nothing tells then which rows differ. "
               "SkyTools: select count(1) as cnt, sum(hashtext(_COLS_::text)::bigint) as chksum "
               "from only _TABLE_"},
      {.name = "compare_fmt",
       .default_value = "%%(cnt)d rows, checksum=%%(chksum)s",
       .help = "compare: how the row of compare_sql is shown, and compared; %(name)s stands for a "
               "column."},
      {.name = "max_snapshot_age",
       .type = Type::kSeconds,
       .default_value = "3600",
       .minimum = 1,
       .help = "compare: how long the tables of one snapshot may take before the next ones are "
               "read in a newer one. Vacuum keeps what the oldest snapshot of the server shows.",
       .reloadable = true},
      {.name = "compare_share",
       .type = Type::kInt,
       .default_value = "25",
       .minimum = 1,
       .maximum = 100,
       .help = "compare --continuous: how much of the time each of its sessions reads, in percent; "
               "it rests for the remainder.",
       .reloadable = true},
      {.name = "compare_pause",
       .type = Type::kSeconds,
       .default_value = "600",
       .minimum = 0,
       .help = "compare --continuous: pause between two rounds through all tables.",
       .reloadable = true},
  };
}

std::vector<std::string> EventEncodings() {
  std::vector<std::string> names = apply::OriginText::Encodings();
  names.insert(names.begin(), "UTF8");
  return names;
}

std::vector<Setting> WorkerSettings() {
  return {
      {.name = "loop_delay",
       .type = Type::kSeconds,
       .default_value = "1",
       .help = "How often the worker polls an idle queue. While notifications announce the "
               "batches, the interval grows to 30 seconds. 0: it works on what waits, table copies "
               "included, and ends; an error ends it with exit status 1.",
       .reloadable = true},
      {.name = "exception_sleep",
       .type = Type::kSeconds,
       .default_value = "20",
       .minimum = 0,
       .help = "Longest pause before a retry after an error that may pass by itself. After an "
               "error that the administrator has to correct: three times as long, for a table copy "
               "ten times.",
       .reloadable = true},
      {.name = "connection_lifetime",
       .type = Type::kSeconds,
       .default_value = "1200",
       .minimum = 0,
       .help = "The worker replaces connections older than this between batches.",
       .reloadable = true},
      {.name = "stop_timeout",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0,
       .help = "After SIGINT the current batch may run this long before it is cancelled and rolled "
               "back.",
       .reloadable = true},
      {.name = "missing_row",
       .type = Type::kEnum,
       .default_value = "warn",
       .choices = {"warn", "error", "ignore"},
       .help = "What the worker does when a row to update or delete does not exist here: warn (and "
               "continue), error (stop and retry), ignore.",
       .reloadable = true},
      {.name = "event_encoding",
       .type = Type::kEnum,
       .default_value = "UTF8",
       .choices = EventEncodings(),
       .help = "Encoding of the root's database, in which SkyTools' triggers in C percent-encode "
               "values. Set it on a node whose provider is a branch; a worker whose provider is "
               "the root asks the root. Values that are valid UTF-8 are taken as they are."},
      {.name = "truncate_cascade",
       .type = Type::kBool,
       .default_value = "0",
       .help = "1: TRUNCATE here also empties tables that refer to an emptied table by a foreign "
               "key and were not emptied on the provider, as in SkyTools. 0: the worker stops at "
               "such a TRUNCATE.",
       .reloadable = true},
      {.name = "parallel_copies",
       .type = Type::kInt,
       .default_value = "1",
       .minimum = 1,
       .maximum = 100,
       .help = "Number of tables that the worker copies at the same time; a table that is copied "
               "in ranges counts once for each of its sessions.",
       .reloadable = true},
      {.name = "threaded_copy_tables",
       .type = Type::kList,
       .help = "Tables (patterns with * and ?) that several sessions copy at the same time, a "
               "range of pages each. Such a copy is not one transaction: readers here see a part "
               "of the rows, without indexes, until the copy is done.",
       .reloadable = true},
      {.name = "threaded_copy_pool_size",
       .type = Type::kInt,
       .default_value = "4",
       .minimum = 1,
       .maximum = 100,
       .help = "Number of sessions on either side that copy such a table, and then build its "
               "indexes. 1: no table is copied in ranges.",
       .reloadable = true},
      {.name = "threaded_copy_min_size",
       .type = Type::kSize,
       .default_value = "1 GiB",
       .minimum = 0,
       .help = "A table that has at least this size on the provider and is empty here is copied in "
               "ranges as well; 0: only the tables in threaded_copy_tables.",
       .reloadable = true},
      {.name = "copy_index_memory",
       .type = Type::kSize,
       .default_value = "256 MiB",
       .minimum = 1048576,
       .help =
           "Memory for building the indexes of a copied table (maintenance_work_mem), shared by "
           "the sessions that build them.",
       .reloadable = true},
      {.name = "local_only",
       .type = Type::kBool,
       .default_value = "0",
       .help = "Fetch only the events of tables that are replicated to this node (leafs).",
       .reloadable = true},
      {.name = "local_only_drop_execute",
       .type = Type::kBool,
       .default_value = "0",
       .help = "With local_only: skip EXECUTE scripts as well.",
       .reloadable = true},
      {.name = "pgq_lazy_fetch",
       .type = Type::kInt,
       .default_value = "300",
       .minimum = 0,
       .maximum = 1000000,
       .help = "Number of events in the first fetch of a batch from the provider; later fetches "
               "are about 4 MB. 0: the default.",
       .reloadable = true},
      {.name = "work_memory",
       .type = Type::kSize,
       .default_value = "256 MiB",
       .minimum = 16 << 20,
       .help = "Approximate memory for the events of a batch, however large the batch is. Each "
               "table copy that catches up may take as much again.",
       .reloadable = true},
      {.name = "pgq_batch_collect_events",
       .type = Type::kInt,
       .default_value = "0",
       .minimum = 0,
       .help =
           "Join ticks into one batch until it has this many events; 0: each tick makes a batch.",
       .reloadable = true},
      {.name = "batch_join_events",
       .type = Type::kInt,
       .default_value = "500000",
       .minimum = 0,
       .maximum = 100000000,
       .help = "A leaf that is behind joins the waiting ticks into one batch of about this many "
               "events, without waiting for more; 0: each tick makes a batch.",
       .reloadable = true},
      {.name = "pgq_batch_collect_interval",
       .type = Type::kInterval,
       .help = "Join ticks into one batch that spans this interval, e.g. 1 minute.",
       .reloadable = true},
      {.name = "pgq_keep_lag",
       .type = Type::kInterval,
       .help = "Stay this far behind the provider, e.g. 1 hour.",
       .reloadable = true},
      {.name = "keepalive_stats",
       .type = Type::kSeconds,
       .default_value = "300",
       .minimum = 1,
       .help = "How often an idle worker writes its line of statistics to the log.",
       .reloadable = true},
      {.name = "structure_check_period",
       .type = Type::kSeconds,
       .default_value = "30",
       .minimum = 0.1,
       .help =
           "How often the worker looks whether the structure of its tables is still that of its "
           "provider's, unless ddl is off.",
       .reloadable = true},
      {.name = "global_wm_publish_period",
       .type = Type::kSeconds,
       .default_value = "300",
       .minimum = 1,
       .help = "How often the root publishes the global watermark: the position that all nodes "
               "have passed.",
       .reloadable = true},
      {.name = "local_wm_publish_period",
       .type = Type::kSeconds,
       .default_value = "300",
       .minimum = 1,
       .help = "How often a branch or leaf reports its watermark to its provider: the position "
               "that it and all nodes below it have passed.",
       .reloadable = true},
  };
}

void Append(std::vector<Setting>& to, std::vector<Setting> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

const std::vector<Setting>& DeclaredSettings() {
  static const std::vector<Setting> settings = [] {
    std::vector<Setting> all = NodeSettings();
    Append(all, process::ProcessSettings("londiste"));
    Append(all, CascadeSettings());
    Append(all, CompareSettings());
    Append(all, WorkerSettings());
    Append(all, handlers::DeclaredHandlerSettings());
    for (std::string_view name : kWithoutEffect)
      all.push_back({.name = std::string(name), .help = "No effect.", .hidden = true});
    return all;
  }();
  return settings;
}

std::vector<std::string> SettingsWithoutEffect(const config::Settings& settings) {
  std::vector<std::string> lines;
  for (std::string_view name : kWithoutEffect) {
    if (!settings.is_set(name)) continue;
    lines.push_back(settings.origin(name).ToString() + ": setting \"" + std::string(name) +
                    "\" has no effect");
  }
  for (std::string& line : process::UnknownQuietFailures(settings))
    lines.push_back(std::move(line));
  if (settings.is_set("obfuscator_map") && settings.text("obfuscator_key").empty())
    lines.push_back(settings.origin("obfuscator_map").ToString() +
                    ": obfuscator_map without obfuscator_key: its hashes can be undone by "
                    "guessing");
  for (const std::string& module :
       handlers::UnknownHandlerModules(settings.list("handler_modules")))
    lines.push_back(settings.origin("handler_modules").ToString() +
                    ": setting \"handler_modules\": this version has no handlers \"" + module +
                    "\"");
  return lines;
}

}  // namespace londiste
