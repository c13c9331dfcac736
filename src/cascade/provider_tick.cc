#include "cascade/provider_tick.h"

namespace cascade {
namespace {

constexpr const char* kLook =
    "select t.tick_id, t.tick_time, t.tick_event_seq, b.tick_id, b.tick_time, b.tick_event_seq,"
    " n.tick_id, c.sub_last_tick from pgq.queue q"
    " left join pgq.tick t on t.tick_queue = q.queue_id and t.tick_id = $3"
    " left join lateral (select x.tick_id, x.tick_time, x.tick_event_seq from pgq.tick x"
    " where x.tick_queue = q.queue_id and x.tick_id < $3"
    " and ($4::timestamptz is null or x.tick_time <= $4::timestamptz)"
    " order by x.tick_queue desc, x.tick_id desc limit 1) b on true"
    " left join lateral (select x.tick_id from pgq.tick x where x.tick_queue = q.queue_id"
    " order by x.tick_queue desc, x.tick_id desc limit 1) n on true"
    " left join lateral (select s.sub_last_tick from pgq.subscription s"
    " join pgq.consumer co on co.co_id = s.sub_consumer"
    " where s.sub_queue = q.queue_id and co.co_name = $2) c on true"
    " where q.queue_name = $1";

std::optional<pgq::TickId> TickOf(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return pgq::TickId(field.as<std::int64_t>());
}

std::optional<ProviderTick::Row> RowAt(const pqxx::row& row, pqxx::row::size_type first) {
  const auto id = TickOf(row[first]);
  if (!id) return std::nullopt;
  return ProviderTick::Row{*id, row[first + 1].c_str(), row[first + 2].as<std::int64_t>(0)};
}

}  // namespace

bool ProvesNothing(std::int64_t event_seq) { return event_seq == 1; }

ProviderTick LookAtTick(pg::Connection& provider, const std::string& queue,
                        const std::string& consumer, pgq::TickId tick, const std::string& time) {
  pqxx::nontransaction tx(provider);
  const pqxx::result rows =
      tx.exec_params(kLook, queue, consumer, tick.value(), time.empty() ? nullptr : time.c_str());
  if (rows.empty()) return {};
  const pqxx::row row = rows[0];
  return {RowAt(row, 0), RowAt(row, 3), TickOf(row[6]), TickOf(row[7])};
}

}  // namespace cascade
