#include "cascade/branch_tick.h"

#include "base/error.h"

namespace cascade {

std::optional<pgq::TickId> NewestTick(pg::Connection& connection, const std::string& queue) {
  pqxx::nontransaction tx(connection);
  const pqxx::row row = tx.exec_params1(
      "select (select t.tick_id from pgq.tick t join pgq.queue q on q.queue_id = t.tick_queue"
      " where q.queue_name = $1 order by t.tick_id desc limit 1)",
      queue);
  if (row[0].is_null()) return std::nullopt;
  return pgq::TickId(row[0].as<std::int64_t>());
}

void MakeBranchTick(pg::Connection& connection, const std::string& queue, pgq::TickId tick,
                    const std::string& time, std::int64_t event_seq) {
  pqxx::nontransaction tx(connection);
  const pqxx::result made = tx.exec_params(
      "select pgq.ticker($1, $2::int8, $3::timestamptz, greatest($4::int8, coalesce((select "
      "t.tick_event_seq from pgq.tick t"
      " where t.tick_queue = q.queue_id order by t.tick_id desc limit 1), 0))),"
      " pg_notify('pgq_' || q.queue_id, $2::text) from pgq.queue q where q.queue_name = $1",
      queue, tick.value(), time, event_seq);
  if (made.empty()) throw base::Error("branch queue \"" + queue + "\" does not exist");
}

}  // namespace cascade
