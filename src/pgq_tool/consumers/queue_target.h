// A target database into which batches go exactly once: their events, or what they stand for, and
// the position of the consumer (pgq_ext, by ticks, as SkyTools keeps it) in one transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "config/settings.h"
#include "pgq/exactly_once.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool::consumers {

// Events into queues of the target: base of the kinds that only differ in which queue.
class QueueTarget : public Forwarder {
 public:
  QueueTarget(const config::Settings& settings, const Names& names, base::Interrupt& interrupt);

  std::int64_t Process(pgq::ActiveBatch& batch) override;
  bool KeepsPosition() const override { return true; }
  std::optional<pgq::TickId> Position() override;
  void SetPosition(std::optional<pgq::TickId> tick) override;

 protected:
  // The queue of an event. Throws base::Error when it has none.
  virtual std::string QueueOf(const pgq::Event& event) const = 0;

 private:
  std::int64_t Copy(pgq::ActiveBatch& batch, pqxx::transaction_base& target);

  const pg::ConnectOptions connect_;
  const std::string consumer_;
  base::Interrupt& interrupt_;
  pgq::ExactlyOnce once_;
};

}  // namespace pgq_tool::consumers
