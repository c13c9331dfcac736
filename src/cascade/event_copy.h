// Re-publishing: the events of a batch go into a queue of this database as well, in the batch's
// transaction. Which of them, and under which ids, is for those who derive from it.
//
// Owned by the worker, used on its thread, one batch at a time. Rows are collected in memory as
// COPY text and written in pieces, since COPY and the handler's statements share one session and
// cannot run at the same time.
#pragma once

#include <cstdint>
#include <string>

#include "cascade/batch_handler.h"
#include "pg/connection.h"
#include "pgq/event.h"

namespace cascade {

class EventCopy {
 public:
  virtual ~EventCopy() = default;

  virtual void BeginBatch();
  virtual void Add(const pgq::Event& event) = 0;
  // The transaction ends, and the batch will go on in another one.
  virtual void EndPart(const BatchContext& context, pqxx::transaction_base& tx);
  // All events of the batch were given.
  virtual void EndBatch(const BatchContext& context, pqxx::transaction_base& tx);

  // Enough is collected that it should be written now.
  bool full() const { return buffer_.size() >= kPieceBytes; }
  // Writes what is collected. REQUIRES: the batch's transaction `tx` is open on `target`, no
  // statement is under way, session_replication_role = replica.
  void Write(pg::Connection& target, pqxx::transaction_base& tx);

 protected:
  enum class Ids { kSame, kNew };
  EventCopy(std::string queue, Ids ids) : queue_(std::move(queue)), ids_(ids) {}
  const std::string& queue() const { return queue_; }
  void Append(const pgq::Event& event);

 private:
  static constexpr std::size_t kPieceBytes = 4U << 20;
  std::string queue_;
  Ids ids_;
  std::string buffer_;
  std::int64_t rows_ = 0;
};

}  // namespace cascade
