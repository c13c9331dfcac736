// A target database into which batches go exactly once: what they stand for and the position of
// the consumer (pgq_ext, by ticks, as SkyTools keeps it) in one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/interrupt.h"
#include "config/settings.h"
#include "pgq/exactly_once.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool::consumers {

class TickTarget : public Forwarder {
 public:
  TickTarget(const config::Settings& settings, const Names& names, base::Interrupt& interrupt);

  std::int64_t Process(pgq::ActiveBatch& batch) final;
  bool KeepsPosition() const override { return true; }
  std::optional<pgq::TickId> Position() override;
  void SetPosition(std::optional<pgq::TickId> tick) override;

 protected:
  // Writes what the batch stands for. Returns how many events that were.
  virtual std::int64_t Apply(pgq::ActiveBatch& batch, pqxx::transaction_base& target) = 0;
  // REQUIRES: inside Apply.
  pg::Connection& connection() { return once_.connection(); }

 private:
  const pg::ConnectOptions connect_;
  const std::string consumer_;
  base::Interrupt& interrupt_;
  pgq::ExactlyOnce once_;
};

}  // namespace pgq_tool::consumers
