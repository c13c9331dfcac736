#include "pgq/batch_sql.h"

#include <array>

#include "base/text.h"
#include "pg/quote.h"

namespace pgq {
namespace {

// The columns that are read, in order.
constexpr const char* kBatchColumns =
    "batch_id, prev_tick_id, cur_tick_id, prev_tick_time, cur_tick_time, prev_tick_event_seq, "
    "cur_tick_event_seq";
// The session's note of the batch that a statement has made active.
constexpr const char* kNote = "'skytools.next_batch'";

template <class Number>
std::string NumberOrNull(std::optional<Number> value) {
  return value ? std::to_string(*value) : "null";
}

std::string TextOrNull(const std::optional<std::string>& value) {
  return value ? pg::QuoteLiteral(*value) : "null";
}

using Values = std::array<const char*, 7>;  // nullptr: NULL

std::int64_t NumberOrZero(const char* value) {
  return value ? base::ParseWhole<std::int64_t>(value).value_or(0) : 0;
}

std::optional<Batch> BatchOf(const Values& values) {
  if (!values[0]) return std::nullopt;
  Batch batch;
  batch.id = BatchId(NumberOrZero(values[0]));
  batch.prev_tick = TickId(NumberOrZero(values[1]));
  batch.tick = TickId(NumberOrZero(values[2]));
  if (values[3]) batch.prev_tick_time = values[3];
  if (values[4]) batch.tick_time = values[4];
  batch.prev_tick_event_seq = NumberOrZero(values[5]);
  batch.tick_event_seq = NumberOrZero(values[6]);
  return batch;
}

// As many as there are, `most` at most: next_batch_custom then takes the newest tick, or one that
// ends a batch of `most`.
std::string WaitingEvents(const std::string& queue, const std::string& consumer, int most) {
  return "(select case when waiting.events operator(pg_catalog.>) 0 then least(waiting.events, " +
         std::to_string(most) +
         ")::integer end from pgq.subscription s"
         " join pgq.queue q on q.queue_id operator(pg_catalog.=) s.sub_queue"
         " join pgq.consumer c on c.co_id operator(pg_catalog.=) s.sub_consumer"
         " join pgq.tick last on last.tick_queue operator(pg_catalog.=) s.sub_queue"
         " and last.tick_id operator(pg_catalog.=) s.sub_last_tick"
         " cross join lateral (select t.tick_event_seq operator(pg_catalog.-) last.tick_event_seq"
         " from pgq.tick t where t.tick_queue operator(pg_catalog.=) s.sub_queue"
         " order by t.tick_queue desc, t.tick_id desc limit 1) waiting (events)"
         " where q.queue_name operator(pg_catalog.=) " +
         pg::QuoteLiteral(queue) + " and c.co_name operator(pg_catalog.=) " +
         pg::QuoteLiteral(consumer) + ")";
}

std::string NextBatch(const BatchRequest& request, const std::string& columns) {
  return "select " + columns + " from pgq.next_batch_custom(" + pg::QuoteLiteral(request.queue) +
         ", " + pg::QuoteLiteral(request.consumer) + ", " +
         (request.size.joins()
              ? "null, " +
                    WaitingEvents(request.queue, request.consumer, *request.size.join_count) +
                    ", null"
              : SizeArguments(request.size)) +
         ")";
}

}  // namespace

std::string SizeArguments(const BatchSize& size) {
  return TextOrNull(size.min_lag) + "::interval, " + NumberOrNull(size.min_count) + "::integer, " +
         TextOrNull(size.min_interval) + "::interval";
}

std::string NextBatchCall(const BatchRequest& request) { return NextBatch(request, kBatchColumns); }

std::string NextBatchNotedCall(const BatchRequest& request) {
  return NextBatch(request, std::string(kBatchColumns) + ", pg_catalog.set_config(" + kNote +
                                ", coalesce(batch_id::pg_catalog.text, ''), false)");
}

std::string NotedBatch() {
  return std::string("nullif(pg_catalog.current_setting(") + kNote + "), '')::pg_catalog.int8";
}

std::string FinishCall(BatchId batch) {
  return "select pgq.finish_batch(" + base::ToString(batch) + ")";
}

std::optional<Batch> ParseBatch(const pqxx::result& result) {
  if (result.empty()) return std::nullopt;
  const pqxx::row row = result[0];
  Values values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const pqxx::field field = row[static_cast<pqxx::row::size_type>(i)];
    values[i] = field.is_null() ? nullptr : field.c_str();
  }
  return BatchOf(values);
}

std::optional<Batch> ParseBatch(const PGresult* row) {
  if (!row) return std::nullopt;
  Values values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int column = static_cast<int>(i);
    values[i] = PQgetisnull(row, 0, column) ? nullptr : PQgetvalue(row, 0, column);
  }
  return BatchOf(values);
}

}  // namespace pgq
