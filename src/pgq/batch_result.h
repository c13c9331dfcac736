// The answer of pgq.next_batch_custom and its kin as a Batch.
#pragma once

#include <optional>
#include <pqxx/pqxx>

#include "pgq/batch.h"

namespace pgq {

// The columns that ParseBatch reads, in order.
inline constexpr const char* kBatchColumns =
    "batch_id, prev_tick_id, cur_tick_id, prev_tick_time, cur_tick_time, prev_tick_event_seq, "
    "cur_tick_event_seq";

// nullopt: no row, or a row of NULLs.
std::optional<Batch> ParseBatch(const pqxx::result& result);

// The server's three arguments, separated by commas.
std::string SizeArguments(const BatchSize& size);

}  // namespace pgq
