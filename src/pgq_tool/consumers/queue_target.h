// A target database with queues: base of the kinds that only differ in which queue an event goes
// into.
#pragma once

#include <cstdint>
#include <string>

#include "pgq_tool/consumers/tick_target.h"

namespace pgq_tool::consumers {

class QueueTarget : public TickTarget {
 public:
  using TickTarget::TickTarget;

 protected:
  // The queue of an event. Throws base::Error when it has none.
  virtual std::string QueueOf(const pgq::Event& event) const = 0;

 private:
  std::int64_t Apply(pgq::ActiveBatch& batch, pqxx::transaction_base& target) final;
};

}  // namespace pgq_tool::consumers
