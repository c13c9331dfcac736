// simple-consumer
#include <spdlog/spdlog.h>

#include <optional>

#include "pgq_tool/consumers/consumer_settings.h"
#include "pgq_tool/consumers/statement_target.h"

namespace pgq_tool::consumers {
namespace {

class SimpleConsumer final : public Forwarder {
 public:
  SimpleConsumer(const config::Settings& settings, const Names& names, base::Interrupt& interrupt)
      : target_(settings, names, interrupt) {}

  std::int64_t Process(pgq::ActiveBatch& batch) override {
    if (!once_) {
      once_ = target_.CanMarkBatches();
      if (!*once_)
        spdlog::warn(
            "the target has no schema pgq_ext that this role may use: each statement commits by "
            "itself, and after a failure those of the batch are run again (create extension "
            "pgq_ext)");
    }
    return *once_ ? target_.RunOnce(batch) : target_.RunEach(batch);
  }

 private:
  StatementTarget target_;
  std::optional<bool> once_;
};

std::vector<config::Setting> OwnSettings() { return {TargetSetting(), QuerySetting()}; }

}  // namespace

const ConsumerKind kSimpleConsumer = {
    .command = "simple-consumer",
    .program = "simple_consumer3",
    .summary = "run a statement in another database for each row event of a queue",
    .details =
        "Where the target has schema pgq_ext, the statements of a batch are one transaction "
        "and are run exactly once; where it has not, each commits by itself, and after a "
        "failure those of its batch are run again.",
    .settings = OwnSettings,
    .make = [](const config::Settings& settings, const Names& names,
               base::Interrupt& interrupt) -> std::unique_ptr<Forwarder> {
      return std::make_unique<SimpleConsumer>(settings, names, interrupt);
    },
};

}  // namespace pgq_tool::consumers
