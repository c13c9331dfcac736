#include "pgq/coop_batch.h"

#include "pg/quote.h"
#include "pgq/batch_sql.h"

namespace pgq {
namespace {

// SkyTools' function answers the number of the batch alone; what it covers is asked for afterwards.
std::optional<Batch> Describe(pg::Connection& connection, BatchId batch) {
  return ParseBatch(pg::ExecAutocommit(
      connection, "select " + base::ToString(batch) +
                      ", prev_tick_id, tick_id, batch_start, batch_end, seq_start, seq_end "
                      "from pgq.get_batch_info(" +
                      base::ToString(batch) + ")"));
}

}  // namespace

std::optional<Batch> NextCoopBatch(pg::Connection& connection, const std::string& queue,
                                   const std::string& consumer, const Subconsumer& subconsumer,
                                   const BatchSize& size) {
  const std::string dead = subconsumer.dead_interval
                               ? ", " + pg::QuoteLiteral(*subconsumer.dead_interval) + "::interval"
                               : "";
  const pqxx::result answer = pg::ExecAutocommit(
      connection, "select * from pgq_coop.next_batch_custom(" + pg::QuoteLiteral(queue) + ", " +
                      pg::QuoteLiteral(consumer) + ", " + pg::QuoteLiteral(subconsumer.name) +
                      ", " + SizeArguments(size) + dead + ")");
  if (answer.empty() || answer[0][0].is_null()) return std::nullopt;
  return Describe(connection, BatchId(answer[0][0].as<std::int64_t>()));
}

bool FinishCoopBatch(pg::Connection& connection, BatchId batch) {
  const pqxx::result answer =
      pg::ExecAutocommit(connection, "select pgq_coop.finish_batch(" + base::ToString(batch) + ")");
  return answer[0][0].as<int>(0) == 1;
}

}  // namespace pgq
