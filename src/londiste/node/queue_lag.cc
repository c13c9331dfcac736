#include "londiste/node/queue_lag.h"

#include <algorithm>
#include <cstdint>

#include "pg/quote.h"

namespace londiste::node {
namespace {

// Rows: events table, may it be read, snapshot and time of the tick.
constexpr const char* kConsumers =
    "select q.queue_data_pfx, pg_catalog.has_table_privilege(q.queue_data_pfx, 'select'), "
    "t.tick_snapshot, t.tick_time, c.co_name"
    " from pgq.queue q join pgq.subscription s on s.sub_queue = q.queue_id"
    " join pgq.consumer c on c.co_id = s.sub_consumer"
    " join pgq.tick t on t.tick_queue = q.queue_id and t.tick_id = s.sub_last_tick"
    " where q.queue_name = $1";
constexpr const char* kNewestTick =
    "select q.queue_data_pfx, pg_catalog.has_table_privilege(q.queue_data_pfx, 'select'), "
    "t.tick_snapshot, t.tick_time"
    " from pgq.queue q join pgq.tick t on t.tick_queue = q.queue_id"
    " where q.queue_name = $1 order by t.tick_queue desc, t.tick_id desc limit 1";

constexpr const char* kTickAge =
    "select pg_catalog.date_part('epoch', pg_catalog.now() - $1::timestamptz)::bigint";

// The oldest event is looked for by the index on ev_txid, once among the transactions that were
// open at the tick and once among those that began later.
std::string OldestEvent(const std::string& events) {
  return "select case when pg_catalog.min(e.ev_time) is null then 0 else "
         "pg_catalog.date_part('epoch', "
         "least(pg_catalog.now() - pg_catalog.min(e.ev_time), pg_catalog.now() - $2::timestamptz)) "
         "end::bigint from ("
         "(select ev_time from " +
         events +
         " where ev_txid = any (array(select pg_catalog.txid_snapshot_xip($1::txid_snapshot)))"
         " order by ev_txid limit 1) union all (select ev_time from " +
         events +
         " where ev_txid >= pg_catalog.txid_snapshot_xmax($1::txid_snapshot)"
         " order by ev_txid limit 1)) e";
}

std::chrono::seconds LagAt(pqxx::transaction_base& tx, const pqxx::row& position) {
  const bool readable = position[1].as<bool>();
  const pqxx::row row = readable
                            ? tx.exec_params1(OldestEvent(pg::QuoteFqIdent(position[0].c_str())),
                                              position[2].c_str(), position[3].c_str())
                            : tx.exec_params1(kTickAge, position[3].c_str());
  return std::chrono::seconds(std::max<std::int64_t>(row[0].as<std::int64_t>(), 0));
}

}  // namespace

std::map<std::string, std::chrono::seconds> ConsumerLags(pqxx::transaction_base& tx,
                                                         const std::string& queue) {
  std::map<std::string, std::chrono::seconds> lags;
  for (const pqxx::row& position : tx.exec_params(kConsumers, queue))
    lags[position[4].c_str()] = LagAt(tx, position);
  return lags;
}

std::optional<std::chrono::seconds> TickerLag(pqxx::transaction_base& tx,
                                              const std::string& queue) {
  const pqxx::result newest = tx.exec_params(kNewestTick, queue);
  if (newest.empty()) return std::nullopt;
  return LagAt(tx, newest[0]);
}

}  // namespace londiste::node
