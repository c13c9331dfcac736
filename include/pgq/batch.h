// Batches as a consumer sees them: next, read, finish. Thin typed calls of the SQL API; REQUIRE no
// open transaction unless said.
#pragma once

#include <cstddef>
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

struct BatchRequest {
  std::string queue, consumer;
  BatchSize size = {};
  std::optional<BatchId> finished = {};  // to be finished before
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

struct ReadOptions {
  // Events asked for at a time, fewer where the last ones were large; with `ahead_bytes` only at
  // first, then as many as make about 4 MB.
  int fetch_rows = 300;
  // Memory for events that are read before they are asked for, about; 0: none are.
  std::size_t ahead_bytes = 0;
};

struct OpenedBatch;

// Reads the events of a batch in ev_id order, a bounded piece at a time, by server-side cursor
// inside one read-only transaction that this object opens and ends.
//
// With `ahead_bytes` a batch of more than one piece is read by a thread of the reader's own, to
// which the connection belongs from the first Next on until Next has returned false or the reader
// is gone.
class BatchReader {
 public:
  // `extra_where`: SQL condition on the ten event columns, or empty.
  BatchReader(pg::Connection& connection, BatchId batch, const ReadOptions& options,
              const std::string& extra_where);
  // Waits for a FETCH that is under way.
  ~BatchReader();
  BatchReader(const BatchReader&) = delete;
  const std::string& extra_where() const { return extra_where_; }
  // False at the end of the batch. Chunks stay valid independently of the reader.
  bool Next(EventChunk& chunk);

 private:
  friend OpenedBatch OpenNextBatch(pg::Connection&, const BatchRequest&, const ReadOptions&,
                                   const std::string&);
  BatchReader(pg::Connection& connection, const ReadOptions& options, std::string extra_where);
  std::size_t first_bytes() const;

  std::unique_ptr<class BatchCursor> cursor_;
  std::unique_ptr<class ReadAhead> ahead_;
  const ReadOptions options_;
  const std::string extra_where_;
  EventChunk first_chunk_;
  bool first_ = true;
};

struct OpenedBatch {
  std::optional<Batch> batch;           // nullopt: no batch yet
  std::unique_ptr<BatchReader> reader;  // of that batch
};

// FinishBatch, where the request says so, NextBatch, and a BatchReader that has its first events,
// in one round trip and each in a transaction of its own. When it throws, the old batch may or may
// not be finished, and the new one may be active.
OpenedBatch OpenNextBatch(pg::Connection& connection, const BatchRequest& request,
                          const ReadOptions& options, const std::string& extra_where);

}  // namespace pgq
