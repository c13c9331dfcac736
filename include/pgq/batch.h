// Batches as a consumer sees them: next, read, finish. Thin typed calls of the SQL API; REQUIRE no
// open transaction unless said.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "pgq/event.h"
#include "pgq/ids.h"

namespace pgq {

struct Batch {
  BatchId id;
  TickId prev_tick;
  TickId tick;
  std::string prev_tick_time, tick_time;  // timestamptz text
  std::int64_t prev_tick_event_seq = 0, tick_event_seq = 0;
};

// Arguments of pgq.next_batch_custom; unset ones are NULL (the server then returns one tick at a
// time).
struct BatchSize {
  std::optional<std::string> min_lag;  // interval text
  std::optional<int> min_count;
  std::optional<std::string> min_interval;  // interval text
  // Where none of the above is set: what waits is joined into one batch of about so many events at
  // most; never waits for more to come.
  std::optional<int> join_count;
  bool enlarged() const { return min_count || min_interval; }
  bool joins() const { return join_count && !enlarged() && !min_lag; }
};

// In a transaction of its own, committed. nullopt: no batch yet. Throws pqxx::sql_error.
std::optional<Batch> NextBatch(pg::Connection& connection, const std::string& queue,
                               const std::string& consumer, const BatchSize& size = {});
// FinishBatch, then NextBatch, in one round trip and each in a transaction of its own. When it
// throws, the batch may or may not be finished.
std::optional<Batch> FinishAndNextBatch(pg::Connection& connection, BatchId finished,
                                        const std::string& queue, const std::string& consumer,
                                        const BatchSize& size = {});
// In a transaction of its own. False when the server did not know the batch.
bool FinishBatch(pg::Connection& connection, BatchId batch);

// Reads the events of a batch in ev_id order, a bounded piece at a time, by server-side cursor
// inside one read-only transaction that this object opens and ends.
class BatchReader {
 public:
  // `extra_where`: SQL condition on the ten event columns, or empty.
  BatchReader(pg::Connection& connection, BatchId batch, int fetch_rows,
              const std::string& extra_where);
  ~BatchReader();
  BatchReader(const BatchReader&) = delete;
  // False at the end of the batch. Chunks stay valid independently of the reader.
  bool Next(EventChunk& chunk);

 private:
  pg::Connection& connection_;
  std::unique_ptr<pqxx::transaction_base> transaction_;
  int fetch_rows_;
  bool first_ = true, done_ = false;
  EventChunk first_chunk_;
};

}  // namespace pgq
