// Reads a batch's cursor before its events are asked for, on a thread of its own, a bounded amount
// of memory ahead: the provider works on the next events while the last ones are written.
//
// Made, asked and destroyed by the owner of the cursor, who leaves the cursor and its connection
// alone until Next has returned false or thrown, or this object is gone. Cancelling the
// connection's Interrupt ends a FETCH that is under way, and with it Next.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "base/cancellable_thread.h"
#include "pgq/batch_cursor.h"

namespace pgq {

class ReadAhead {
 public:
  ReadAhead(BatchCursor& cursor, std::size_t bytes);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;

  // How large a piece is, about, where so much memory is allowed.
  static std::size_t PieceBytes(std::size_t bytes);

  // How many rows like those of `chunk` make a piece of so many bytes. REQUIRES: chunk has rows.
  static int RowsOfOnePiece(const EventChunk& chunk, std::size_t piece_bytes);

  // The next piece; false at the end. Throws what the FETCH threw, after the pieces before it.
  bool Next(EventChunk& chunk);

 private:
  void FetchAll();
  void End();
  bool AwaitRoom();
  void Put(EventChunk chunk);

  BatchCursor& cursor_;
  const std::size_t bytes_;

  std::mutex mutex_;  // all below, but the thread
  std::condition_variable changed_;
  std::deque<EventChunk> ready_;
  std::size_t ready_bytes_ = 0;
  bool over_ = false, unwanted_ = false;
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace pgq
