// queue-loader
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/table_loader.h"
#include "pgq_tool/consumers/tick_target.h"

namespace pgq_tool::consumers {
namespace {

// That of a queue which is not cascaded.
class QueueLoader final : public TickTarget {
 public:
  QueueLoader(const config::Settings& settings, const Names& names, base::Interrupt& interrupt)
      : TickTarget(settings, names, interrupt), loader_(settings, interrupt) {}

  void Begin(pg::Connection&) override {
    for (const std::string& line : loader_.rules().warnings()) spdlog::warn("{}", line);
  }

 private:
  std::int64_t Apply(pgq::ActiveBatch& batch, pqxx::transaction_base& target) override {
    loader_.Begin(batch.batch().tick_time);
    batch.ForEach([&](const pgq::Event& event) { loader_.Apply(target, event); });
    return loader_.Finish(target);
  }

  TableLoader loader_;
};

bool WorksForNode(const config::Settings& settings) {
  const bool node = !settings.text("db").empty();
  const bool source = !settings.text("src_db").empty(), target = !settings.text("dst_db").empty();
  if (node && !source && !target) return true;
  if (!node && source && target) return false;
  throw base::ConfigError(
      settings.text("tables_file") + ": section [" + settings.section() + "] has " +
          (node ? "both db and " + std::string(source ? "src_db" : "dst_db")
                : std::string("neither db nor both src_db and dst_db")),
      "db is the database of a cascade's node, whose worker this is; src_db and dst_db are for a "
      "queue that is not cascaded.");
}

std::vector<config::Setting> OwnSettings() {
  config::Setting target = TargetSetting();
  target.required = false;
  target.sample.clear();
  std::vector<config::Setting> all = {
      {.name = "db",
       .type = config::Type::kConnstr,
       .help = "Connect string of a node's database, for a cascaded queue: the consumer is the "
               "worker of that node, and its tables are there. Without it src_db and dst_db are "
               "needed.",
       .sample = "dbname=warehouse host=127.0.0.1 user=loader"},
      std::move(target),
      {.name = "remote_extra_connstr",
       .help = "With db: added to the registered location of the provider, e.g. user=reader.",
       .reloadable = true},
      TablesFileSetting()};
  for (config::Setting& setting : LoadRuleSettings()) all.push_back(std::move(setting));
  return all;
}

}  // namespace

const ConsumerKind kQueueLoader = {
    .command = "queue-loader",
    .program = "queue_loader3",
    .summary = "load the row events of a queue into tables, by time if wanted, exactly once",
    .details =
        "Sections [table NAME] of the file say where the rows of a table go, and how; tables "
        "without one are passed over, and named in the log. With db it is the worker of a node: "
        "\"londiste create-leaf\" makes the node, with the same job_name, and \"status\" shows it. "
        "With src_db and dst_db it is a consumer of a plain queue, as queue-mover. A "
        "batch's rows, the tables made for them and the position are one transaction. For new "
        "set-ups see londiste's handler dispatch.",
    .settings = OwnSettings,
    .make = [](const config::Settings& settings, const Names& names,
               base::Interrupt& interrupt) -> std::unique_ptr<Forwarder> {
      return std::make_unique<QueueLoader>(settings, names, interrupt);
    },
    .works_for_node = WorksForNode,
    .sample_sections =
        "\n[table public.orders]\n"
        "table_mode = split\n"
        "split_mode = by-date-field:ordered_at\n"
        "split_part = %%(table_name)s_%%(year)s_%%(month)s\n"
        "row_mode = keep_latest\n",
};

}  // namespace pgq_tool::consumers
