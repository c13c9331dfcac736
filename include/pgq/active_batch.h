// The batch that a handler works on: its events, piece by piece, and what is to be retried.
//
// Made by Consumer and CoopConsumer, lives for one call of the handler, belongs to that thread.
// Holds no more than one piece of events. While events are being read, a read-only transaction is
// open on the queue's connection; it ends with the last piece.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "pgq/batch.h"
#include "pgq/event.h"

namespace pgq {

class ActiveBatch {
 public:
  // Whose batch it is, and how it is read.
  struct Source {
    std::string queue, consumer;
    std::string subconsumer;         // "": none
    bool may_be_taken_over = false;  // by another subconsumer, while it is worked on
    int fetch_rows = 1000;           // events in a piece
    std::string filter;              // SQL condition on the event columns, or ""
  };

  // `connection` and `source` outlive the object.
  ActiveBatch(pg::Connection& connection, const Batch& batch, const Source& source);
  ~ActiveBatch();
  ActiveBatch(const ActiveBatch&) = delete;
  ActiveBatch& operator=(const ActiveBatch&) = delete;

  const Batch& batch() const { return batch_; }
  BatchId id() const { return batch_.id; }
  const Source& source() const { return source_; }

  // The next piece of events, in ev_id order; false after the last. A chunk stays valid for as long
  // as the caller keeps it. Throws pg::SqlError, pqxx::broken_connection, base::Interrupted; the
  // handler lets them pass.
  bool Next(EventChunk& chunk);
  // All events not yet read, one by one. The number of them.
  std::int64_t ForEach(const std::function<void(const Event&)>& visit);

  // Asks for the event to come again, alone or with others, in a later batch of this consumer:
  // after `delay` (negative is none), at a time, or, RetryAll, for each event that was not asked
  // for by itself. Only noted here: stored together with the end of the batch, so a handler that
  // throws retries nothing. event.retry counts the rounds. The server reads the batch once for each
  // event: for more than some hundreds use RetryAll, or a queue of your own.
  void Retry(EventId event, std::chrono::seconds delay);
  void RetryAt(EventId event, std::chrono::system_clock::time_point time);
  void RetryAll(std::chrono::seconds delay);

  // Stores what was asked for so far, in a transaction of its own, on disk when this returns; ends
  // the reading. For a handler that commits elsewhere and must not lose a retry between that commit
  // and the end of the batch. Safe to repeat. Throws pqxx::sql_error (`event not found`: not an
  // event of this batch).
  void StoreRetries();

 private:
  friend class ConsumerLoop;
  // Statements that store the retries, each with its semicolon; "" without any.
  std::string RetryStatements() const;
  void EndReading();

  pg::Connection& connection_;
  const Batch batch_;
  const Source& source_;
  std::unique_ptr<BatchReader> reader_;
  bool read_ = false;
  std::map<std::string, std::string> retries_;  // when, as SQL -> event ids separated by commas
  std::optional<std::int64_t> retry_all_s_;
};

}  // namespace pgq
