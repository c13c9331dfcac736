#include "pgq/batch.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "pg/quote.h"
#include "pgq/batch_cursor.h"
#include "pgq/batch_result.h"
#include "pgq/read_ahead.h"

namespace pgq {
namespace {

// Without a thread the session is free for others between two pieces, so a FETCH is taken whole,
// and the next one is to bring no more than this, about.
constexpr std::size_t kLargeFetch = 16 << 20;
constexpr std::size_t kWholeFetch = std::numeric_limits<std::size_t>::max();

template <class Number>
std::string NumberOrNull(std::optional<Number> value) {
  return value ? std::to_string(*value) : "null";
}

std::string TextOrNull(const std::optional<std::string>& value) {
  return value ? pg::QuoteLiteral(*value) : "null";
}

std::int64_t NumberOrZero(const pqxx::field& field) {
  return field.is_null() ? 0 : field.as<std::int64_t>();
}

std::string TextOrEmpty(const pqxx::field& field) {
  return field.is_null() ? std::string() : std::string(field.c_str());
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

std::string NextBatchCall(const std::string& queue, const std::string& consumer,
                          const BatchSize& size) {
  return std::string("select ") + kBatchColumns + " from pgq.next_batch_custom(" +
         pg::QuoteLiteral(queue) + ", " + pg::QuoteLiteral(consumer) + ", " +
         (size.joins() ? "null, " + WaitingEvents(queue, consumer, *size.join_count) + ", null"
                       : SizeArguments(size)) +
         ")";
}

}  // namespace

std::string SizeArguments(const BatchSize& size) {
  return TextOrNull(size.min_lag) + "::interval, " + NumberOrNull(size.min_count) + "::integer, " +
         TextOrNull(size.min_interval) + "::interval";
}

std::optional<Batch> ParseBatch(const pqxx::result& result) {
  if (result.empty() || result[0][0].is_null()) return std::nullopt;
  const pqxx::row row = result[0];
  Batch batch;
  batch.id = BatchId(row[0].as<std::int64_t>());
  batch.prev_tick = TickId(NumberOrZero(row[1]));
  batch.tick = TickId(NumberOrZero(row[2]));
  batch.prev_tick_time = TextOrEmpty(row[3]);
  batch.tick_time = TextOrEmpty(row[4]);
  batch.prev_tick_event_seq = NumberOrZero(row[5]);
  batch.tick_event_seq = NumberOrZero(row[6]);
  return batch;
}

std::optional<Batch> NextBatch(pg::Connection& connection, const std::string& queue,
                               const std::string& consumer, const BatchSize& size) {
  return ParseBatch(pg::ExecAutocommit(connection, NextBatchCall(queue, consumer, size)));
}

std::optional<Batch> FinishAndNextBatch(pg::Connection& connection, BatchId finished,
                                        const std::string& queue, const std::string& consumer,
                                        const BatchSize& size) {
  return ParseBatch(pg::ExecAutocommit(connection, "begin; select pgq.finish_batch(" +
                                                       base::ToString(finished) + "); commit; " +
                                                       NextBatchCall(queue, consumer, size)));
}

bool FinishBatch(pg::Connection& connection, BatchId batch) {
  const pqxx::result result =
      pg::ExecAutocommit(connection, "select pgq.finish_batch(" + base::ToString(batch) + ")");
  return !result.empty() && NumberOrZero(result[0][0]) == 1;
}

BatchReader::BatchReader(pg::Connection& connection, BatchId batch, const ReadOptions& options,
                         const std::string& extra_where)
    : cursor_(std::make_unique<BatchCursor>(connection)),
      fetch_rows_(std::max(options.fetch_rows, 1)) {
  const bool ahead = options.ahead_bytes > 0;
  first_chunk_ =
      cursor_->Open(batch, options.fetch_rows,
                    ahead ? ReadAhead::PieceBytes(options.ahead_bytes) : kWholeFetch, extra_where);
  if (ahead && !cursor_->at_end())
    ahead_ = std::make_unique<ReadAhead>(*cursor_, options.ahead_bytes);
}

BatchReader::~BatchReader() = default;

bool BatchReader::Next(EventChunk& chunk) {
  if (first_) {
    first_ = false;
    chunk = std::move(first_chunk_);
  } else if (ahead_) {
    return ahead_->Next(chunk);
  } else {
    chunk = cursor_->at_end() ? EventChunk() : cursor_->Next(kWholeFetch);
    if (chunk.size() > 0)
      cursor_->set_rows(std::min(fetch_rows_, ReadAhead::RowsOfOnePiece(chunk, kLargeFetch)));
  }
  return chunk.size() > 0;
}

}  // namespace pgq
