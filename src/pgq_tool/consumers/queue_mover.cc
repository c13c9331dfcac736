// queue-mover
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/queue_target.h"

namespace pgq_tool::consumers {
namespace {

class QueueMover final : public QueueTarget {
 public:
  QueueMover(const config::Settings& settings, const Names& names, base::Interrupt& interrupt)
      : QueueTarget(settings, names, interrupt), queue_(settings.text("dst_queue_name")) {}

 private:
  std::string QueueOf(const pgq::Event&) const override { return queue_; }

  const std::string queue_;
};

std::vector<config::Setting> OwnSettings() {
  return {TargetSetting(),
          {.name = "dst_queue_name",
           .required = true,
           .help = "The queue of the target database into which the events go.",
           .sample = "orders_copy",
           .reloadable = true}};
}

}  // namespace

const ConsumerKind kQueueMover = {
    .command = "queue-mover",
    .program = "queue_mover3",
    .summary = "copy the events of a queue into a queue of another database, exactly once",
    .details =
        "Type, data, extra fields and time stay as they are, the ids are those of the target. A "
        "batch and the consumer's position (schema pgq_ext) are one transaction of the target. The "
        "role needs pgq_reader at the source, pgq_admin at the target.",
    .settings = OwnSettings,
    .make = [](const config::Settings& settings, const Names& names,
               base::Interrupt& interrupt) -> std::unique_ptr<Forwarder> {
      return std::make_unique<QueueMover>(settings, names, interrupt);
    },
};

}  // namespace pgq_tool::consumers
