// The calls of pgq.next_batch_custom and its kin as SQL, and their answers as a Batch.
#pragma once

#include <libpq-fe.h>

#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "pgq/batch.h"

namespace pgq {

// Statements without a semicolon. The noted one leaves the batch's id in the session, where
// NotedBatch, an expression, finds it: NULL when there was no batch.
std::string NextBatchCall(const BatchRequest& request);
std::string NextBatchNotedCall(const BatchRequest& request);
std::string NotedBatch();
std::string FinishCall(BatchId batch);

// The server's three arguments, separated by commas.
std::string SizeArguments(const BatchSize& size);

// nullopt: no row, or a row of NULLs. For other calls: batch_id, prev_tick_id, cur_tick_id,
// prev_tick_time, cur_tick_time, prev_tick_event_seq, cur_tick_event_seq.
std::optional<Batch> ParseBatch(const pqxx::result& result);
std::optional<Batch> ParseBatch(const PGresult* row);

}  // namespace pgq
