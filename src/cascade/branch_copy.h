// Re-publishing on a branch: the events of a batch, with their ids, go into the branch's own queue
// in the batch's transaction.
//
// Owned by the worker, used on its thread, one batch at a time. Rows are collected in memory as
// COPY text and written in pieces, since COPY and the handler's statements share one session and
// cannot run at the same time.
#pragma once

#include <cstdint>
#include <string>

#include "pg/connection.h"
#include "pgq/event.h"

namespace cascade {

class BranchCopy {
 public:
  explicit BranchCopy(std::string queue) : queue_(std::move(queue)) {}

  void BeginBatch();
  void Add(const pgq::Event& event);
  bool empty() const { return rows_ == 0; }
  // Enough is collected that it should be written now.
  bool full() const { return buffer_.size() >= kPieceBytes; }
  // Writes what is collected. REQUIRES: the batch's transaction `tx` is open on `target`, no
  // statement is under way, session_replication_role = replica.
  void Write(pg::Connection& target, pqxx::transaction_base& tx);

  // The largest event id since BeginBatch, 0 without events.
  std::int64_t max_event_id() const { return max_event_id_; }

 private:
  static constexpr std::size_t kPieceBytes = 4U << 20;
  std::string queue_, buffer_;
  std::int64_t rows_ = 0, max_event_id_ = 0;
};

}  // namespace cascade
