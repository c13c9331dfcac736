// What a provider says of a tick.
#pragma once

#include <optional>
#include <string>

#include "cascade/tick_proof.h"
#include "pg/connection.h"

namespace cascade {

struct ProviderTick {
  struct Row {
    pgq::TickId id;
    std::string time;
    std::int64_t event_seq = 0;
  };
  std::optional<Row> tick;  // the one asked for
  // The newest with a lower number that is no younger than the time asked for: of those that the
  // node has seen the last one that is still there.
  std::optional<Row> before;
  std::optional<pgq::TickId> newest;
  std::optional<pgq::TickId> consumer;  // where the consumer stands, if it is registered
};

// `time` may be empty: then any older tick is `before`. Throws what statements throw.
ProviderTick LookAtTick(pg::Connection& provider, const std::string& queue,
                        const std::string& consumer, pgq::TickId tick, const std::string& time);

// The first tick of a branch has the number of another node's tick, but the time at which the
// branch was created, and event sequence 1. So has a tick of a queue without events.
bool ProvesNothing(std::int64_t event_seq);

}  // namespace cascade
