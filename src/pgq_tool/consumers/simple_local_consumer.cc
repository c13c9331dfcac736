// simple-local-consumer
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "base/failpoint.h"
#include "pgq/subscription.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/statement_target.h"
#include "pgq_tool/consumers/tracking_file.h"

namespace pgq_tool::consumers {
namespace {

class SimpleLocalConsumer final : public Forwarder {
 public:
  SimpleLocalConsumer(const config::Settings& settings, const Names& names,
                      base::Interrupt& interrupt)
      : names_(names),
        file_(settings.text("local_tracking_file")),
        target_(settings, names, interrupt) {}

  // The file is right: it is written last.
  void Begin(pg::Connection& source) override {
    const auto stored = file_.Read();
    pqxx::nontransaction tx(source);
    const auto info = pgq::GetConsumerInfo(tx, names_.queue, names_.consumer);
    if (!stored || !info) return;
    if (info->last_tick == stored || info->next_tick == stored) return;
    pgq::RepositionConsumer(tx, names_.queue, names_.consumer, *stored);
    spdlog::warn("consumer {} stood at tick {} of the queue and was moved to tick {} of {}",
                 names_.consumer, info->last_tick ? ToString(*info->last_tick) : "-",
                 ToString(*stored), file_.path());
  }

  std::int64_t Process(pgq::ActiveBatch& batch) override {
    const auto stored = file_.Read();
    if (stored == batch.batch().tick) return 0;
    if (stored && *stored != batch.batch().prev_tick)
      throw base::Error(
          "Lost position: batch " + ToString(batch.batch().prev_tick) + ".." +
              ToString(batch.batch().tick) + ", \"" + file_.path() + "\" has tick " +
              ToString(*stored),
          "\"--rewind\" moves the consumer to the file's tick, \"--reset\" writes the "
          "consumer's into the file; a restart does the former.");
    const std::int64_t events = target_.RunEach(batch);
    base::HitFailpoint(base::Failpoint::forward_before_commit);
    file_.Write(batch.batch().tick);
    base::HitFailpoint(base::Failpoint::forward_after_commit);
    return events;
  }

  bool KeepsPosition() const override { return true; }
  std::optional<pgq::TickId> Position() override { return file_.Read(); }
  void SetPosition(std::optional<pgq::TickId> tick) override {
    if (tick)
      file_.Write(*tick);
    else
      file_.Remove();
  }

 private:
  const Names names_;
  const TrackingFile file_;
  StatementTarget target_;
};

std::vector<config::Setting> OwnSettings() {
  return {TargetSetting(),
          QuerySetting(),
          {.name = "local_tracking_file",
           .type = config::Type::kPath,
           .required = true,
           .help = "File that holds the last tick that was worked on. Where the queue says "
                   "otherwise at a start, the consumer is moved to it.",
           .sample = "/var/lib/pgq/%(job_name)s.tick"}};
}

}  // namespace

const ConsumerKind kSimpleLocalConsumer = {
    .command = "simple-local-consumer",
    .program = "simple_local_consumer3",
    .summary = "as simple-consumer, with the position in a local file",
    .details =
        "Each statement commits by itself. The file is written after the batch: after a "
        "crash between the two the statements of that batch are run again.",
    .settings = OwnSettings,
    .make = [](const config::Settings& settings, const Names& names,
               base::Interrupt& interrupt) -> std::unique_ptr<Forwarder> {
      return std::make_unique<SimpleLocalConsumer>(settings, names, interrupt);
    },
};

}  // namespace pgq_tool::consumers
