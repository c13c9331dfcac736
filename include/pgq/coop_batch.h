// Batches as a subconsumer sees them: several processes share the work of one consumer, a batch to
// each. Thin typed calls of schema pgq_coop; REQUIRE no open transaction.
#pragma once

#include <optional>
#include <string>

#include "pg/connection.h"
#include "pgq/batch.h"
#include "pgq/ids.h"

namespace pgq {

struct Subconsumer {
  std::string name;  // of its own for each process
  // Interval text. A batch of another subconsumer that has not been heard of for so long is taken
  // over; must be longer than any batch takes. Unset: never.
  std::optional<std::string> dead_interval;
};

// In a transaction of its own, committed; registers consumer and subconsumer where missing.
// nullopt: no batch for this one now. Throws pqxx::sql_error.
std::optional<Batch> NextCoopBatch(pg::Connection& connection, const std::string& queue,
                                   const std::string& consumer, const Subconsumer& subconsumer,
                                   const BatchSize& size = {});
// In a transaction of its own. False when the server did not know the batch: another subconsumer
// has taken it over.
bool FinishCoopBatch(pg::Connection& connection, BatchId batch);

}  // namespace pgq
