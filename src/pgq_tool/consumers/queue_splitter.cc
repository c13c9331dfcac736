// queue-splitter
#include "base/error.h"
#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/event_fields.h"
#include "pgq_tool/consumers/queue_target.h"

namespace pgq_tool::consumers {
namespace {

class QueueSplitter final : public QueueTarget {
 public:
  QueueSplitter(const config::Settings& settings, const Names& names, base::Interrupt& interrupt)
      : QueueTarget(settings, names, interrupt), field_(settings.text("queue_field")) {
    // SkyTools' attribute names, and those of the columns.
    if (!field_.starts_with("ev_")) field_ = "ev_" + field_;
  }

 private:
  std::string QueueOf(const pgq::Event& event) const override {
    if (auto queue = EventField(event, field_); queue && !queue->empty()) return *std::move(queue);
    throw base::Error("event " + ToString(event.id) + " has no queue: its " + field_ + " is empty",
                      "queue_field names the field that holds it; consumer_filter can leave such "
                      "events out.");
  }

  std::string field_;
};

std::vector<config::Setting> OwnSettings() {
  return {TargetSetting(),
          {.name = "queue_field",
           .type = config::Type::kEnum,
           .default_value = "extra1",
           .choices = {"type", "extra1", "extra2", "extra3", "extra4", "ev_type", "ev_extra1",
                       "ev_extra2", "ev_extra3", "ev_extra4"},
           .help = "The field of an event that names the queue into which it goes.",
           .reloadable = true}};
}

}  // namespace

const ConsumerKind kQueueSplitter = {
    .command = "queue-splitter",
    .program = "queue_splitter3",
    .summary = "distribute the events of a queue to queues of another database, exactly once",
    .details =
        "The target queue of an event is named by one of its fields, by default extra1, "
        "where triggers put the table's name. The queues must exist. Otherwise as "
        "queue-mover.",
    .settings = OwnSettings,
    .make = [](const config::Settings& settings, const Names& names,
               base::Interrupt& interrupt) -> std::unique_ptr<Forwarder> {
      return std::make_unique<QueueSplitter>(settings, names, interrupt);
    },
};

}  // namespace pgq_tool::consumers
