// The ticks of a branch's own queue: made after the commit of a batch, with the provider's tick id,
// time and event sequence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "pgq/ids.h"

namespace cascade {

// The newest tick of a queue in this database. Outside a transaction.
std::optional<pgq::TickId> NewestTick(pg::Connection& connection, const std::string& queue);

// Makes the tick in a transaction of its own and wakes the consumers of this database (channel
// pgq_<queue_id>). The stored event sequence never goes below that of the tick before, whatever a
// foreign provider says. REQUIRES: the events up to the tick are committed, none after it.
void MakeBranchTick(pg::Connection& connection, const std::string& queue, pgq::TickId tick,
                    const std::string& time, std::int64_t event_seq);

}  // namespace cascade
